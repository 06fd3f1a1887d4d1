"""One proxy and one set of origins for all integration tests of the proxy; each test starts from a clean state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import proxylab
import pytest

from taciturn.adapters.mitm.proxy import ProxyThread
from taciturn.adapters.mitm.settings import ProxySettings

PLAIN = "plain.tracker.example"
HTTPS = "tracker.example"
HTTP2 = "h2.tracker.example"
OTHER = "cdn.example"


@dataclass
class Lab:
    thread: ProxyThread
    engine: proxylab.LabEngine
    ledger: proxylab.LabLedger
    sink: proxylab.Recorder
    client: proxylab.Client
    plain: proxylab.Origin
    https: proxylab.Origin
    http2: proxylab.Origin

    @property
    def origins(self) -> tuple[proxylab.Origin, ...]:
        return self.plain, self.https, self.http2

    def received(self) -> list[bytes]:
        return [head for origin in self.origins for head in origin.seen.requests]

    def connections(self) -> int:
        return sum(origin.seen.connections for origin in self.origins)

    def reset(self) -> None:
        self.engine.reset()
        self.ledger.fault = None
        self.sink.clear()
        for origin in self.origins:
            origin.respond = proxylab.ok
            origin.seen.clear()


@pytest.fixture(scope="session")
def lab_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    directory: Path = tmp_path_factory.mktemp("lab")
    authority, certificate = proxylab.make_authority(directory, PLAIN, HTTPS, HTTP2, OTHER)
    plain, https = proxylab.Origin(), proxylab.Origin(certificate)
    http2 = proxylab.Origin(certificate, ("h2", "http/1.1"))
    settings = ProxySettings(
        listen_port=0,
        home=directory / "home",
        trust_ca=authority,
        body_limit=2 << 20,
        inspect_timeout=1.0,
        connect_to={PLAIN: plain.address, HTTPS: https.address, HTTP2: http2.address, OTHER: https.address},
    )
    engine, ledger, sink = proxylab.LabEngine(), proxylab.LabLedger(), proxylab.Recorder()
    with ProxyThread(engine, ledger, sink, settings) as thread:
        client = proxylab.Client(thread.port, thread.proxy.authority.certificate)
        yield Lab(thread, engine, ledger, sink, client, plain, https, http2)
    for origin in (plain, https, http2):
        origin.close()


@pytest.fixture
def lab(lab_session: Lab) -> Iterator[Lab]:
    lab_session.reset()
    yield lab_session
    lab_session.reset()
