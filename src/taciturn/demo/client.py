"""The sending side: a browser's scripts, and the group app. Everything goes through the proxy, inside TLS."""

from __future__ import annotations

import ssl
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from taciturn.demo.events import Event
from taciturn.demo.wire import Reply

_TIMEOUT = 10.0  # seconds


class Client:
    """Trusts the proxy's authority and nothing else, so no request can have gone around it."""

    def __init__(self, port: int, authority: Path) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(authority))

    def send(self, event: Event) -> Reply:
        """The answer that the page or the app gets; status 0 when there is none."""
        connection = HTTPSConnection("127.0.0.1", self._port, timeout=_TIMEOUT, context=self._context)
        connection.set_tunnel(event.host, 443)
        try:
            connection.putrequest(event.method, event.target, skip_accept_encoding=True)
            for name, value in event.headers:
                connection.putheader(name, value)
            if event.body:
                connection.putheader("Content-Length", str(len(event.body)))
            connection.endheaders(event.body or None)
            response = connection.getresponse()
            return Reply(response.status, response.headers.get("content-type", ""), response.read())
        except (OSError, HTTPException):
            return Reply(0)
        finally:
            connection.close()
