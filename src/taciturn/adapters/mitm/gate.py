"""The second line: no upstream connection without an allow verdict for that client, host and port.

The first line is the answer preset in `requestheaders`. This one catches what never gets there: an eager connection, a
connection that some option passes through unread, raw TCP, a hook that did not run.
"""

from __future__ import annotations

from collections import OrderedDict

from taciturn.adapters.mitm.guard import Guard

Address = tuple[str, int]


class Gate:
    """What each client connection may reach. Grants live as long as the client's connection."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._grants: dict[str, set[Address]] = {}

    def grant(self, client: str, host: str, port: int) -> None:
        grants = self._grants.get(client)
        if grants is None:
            grants = self._grants[client] = set()
        grants.add((host, port))

    def granted(self, client: str, host: str, port: int) -> bool:
        return (host, port) in self._grants.get(client, ())

    def forget(self, client: str) -> None:
        self._grants.pop(client, None)

    def refusal(self, client: str, address: Address | None) -> str:
        """Why this connection must not be opened, as a constant word, or ""."""
        if address is None:
            return "no destination"
        host, port = address[0], address[1]
        if self.guard.upstream == (host, port):  # the proxy behind us: its CONNECT is checked in http_connect_upstream
            allowed = bool(self._grants.get(client))
        else:
            allowed = self.granted(client, host, port)
        if not allowed:
            return "no verdict allows this connection"
        return "" if self.guard.admits(host, port) else "this address is not to be contacted"


class LearnedProtocols:
    """Hosts that answered an HTTP/2 offer with HTTP/1.

    With lazy connections the client's protocol is settled before the origin's is known, and mitmproxy serves an HTTP/2
    client from an HTTP/1 origin with one connection a request. Once a host is known, its clients are offered HTTP/1.
    In memory only: a list of visited hosts is itself personal.
    """

    def __init__(self, capacity: int = 2048) -> None:
        self._hosts: OrderedDict[Address, None] = OrderedDict()
        self._capacity = capacity

    def saw(self, address: Address, offered_h2: bool, chose_h2: bool) -> None:
        if chose_h2:
            self._hosts.pop(address, None)
        elif offered_h2:
            self._hosts[address] = None
            self._hosts.move_to_end(address)
            if len(self._hosts) > self._capacity:
                self._hosts.popitem(last=False)

    def is_http1(self, address: Address) -> bool:
        return address in self._hosts
