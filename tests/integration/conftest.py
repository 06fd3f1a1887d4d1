"""One proxy and one set of origins for each module of tests; each test starts from a clean state.

Not one for the session: there can be one proxy in a process at a time, and other modules have their own.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of mitmproxy's own dependencies, while it is imported
    import proxylab

    from taciturn.adapters.mitm.proxy import ProxyThread
from proxylab import HTTP2, HTTPS, OTHER, PLAIN, SHOP, TRACKER, Lab

from taciturn.adapters.mitm.settings import ProxySettings


@pytest.fixture(scope="module")
def lab_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    directory: Path = tmp_path_factory.mktemp("lab")
    authority, certificate = proxylab.make_authority(directory, PLAIN, HTTPS, HTTP2, OTHER, TRACKER, SHOP)
    plain, https = proxylab.Origin(), proxylab.Origin(certificate)
    http2 = proxylab.Origin(certificate, ("h2", "http/1.1"))
    settings = ProxySettings(
        listen_port=0,
        home=directory / "home",
        trust_ca=authority,
        body_limit=2 << 20,
        inspect_timeout=1.0,
        connect_to={PLAIN: plain.address, HTTP2: http2.address}
        | dict.fromkeys((HTTPS, OTHER, TRACKER, SHOP), https.address),
    )
    engine, ledger, sink = proxylab.LabEngine(), proxylab.LabLedger(), proxylab.Recorder()
    with ProxyThread(engine, ledger, sink, settings) as thread:
        client = proxylab.Client(thread.port, thread.proxy.authority.certificate)
        yield Lab(thread, engine, ledger, sink, client, plain, https, http2)
    for origin in (plain, https, http2):
        origin.close()


@pytest.fixture
def lab(lab_of_module: Lab) -> Iterator[Lab]:
    lab_of_module.reset()
    yield lab_of_module
    lab_of_module.reset()
