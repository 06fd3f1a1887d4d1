from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from taciturn.adapters.mitm.settings import ProxySettings, from_mapping, parse_listen, parse_upstream
from taciturn.errors import ConfigError

BASE = ProxySettings()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("9000", ("127.0.0.1", 9000)),
        (":9000", ("", 9000)),
        ("[::1]:9000", ("::1", 9000)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
    ],
)
def test_parse_listen_reads_an_address(text: str, address: tuple[str, int]) -> None:
    assert parse_listen(text) == address


@pytest.mark.parametrize("text", ["", "here", "host:", "host:x", "1.2.3.4:99999", "99999"])
def test_parse_listen_wrong_text_raises(text: str) -> None:
    with pytest.raises(ValueError, match=r"HOST:PORT|a port is"):
        parse_listen(text)


@pytest.mark.parametrize(
    ("text", "url", "address"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128", ("proxy.example", 3128)),
        ("https://proxy.example/", "https://proxy.example:443", ("proxy.example", 443)),
        ("http://proxy.example", "http://proxy.example:80", ("proxy.example", 80)),
    ],
)
def test_parse_upstream_reads_an_address(text: str, url: str, address: tuple[str, int]) -> None:
    assert parse_upstream(text) == url
    settings = ProxySettings(upstream=parse_upstream(text))
    assert (settings.mode, settings.upstream_address) == (f"upstream:{url}", address)


@pytest.mark.parametrize(
    "text", ["proxy.example:3128", "socks5://p:1", "http://u:p@proxy.example:1", "http://", "http://a/b"]
)
def test_parse_upstream_wrong_text_raises(text: str) -> None:
    with pytest.raises(ValueError, match="expected http"):
        parse_upstream(text)


def test_from_mapping_reads_everything_and_finds_files_beside_the_configuration() -> None:
    raw = {
        "listen": "0.0.0.0:3000",
        "health": "8099",
        "upstream": "http://10.0.0.1:3128",
        "trust_ca": "company.pem",
        "home": "state",
        "audit": "log/audit.jsonl",
        "allow_networks": ["10.0.0.0/8"],
        "connect_to": {"Pixel.Example.": "127.0.0.1:9000"},
        "drain": 3,
    }
    settings, audit = from_mapping(raw, "taciturn.yaml", BASE, Path("/etc/taciturn"))
    assert (settings.listen_host, settings.listen_port, settings.health_port) == ("0.0.0.0", 3000, 8099)
    assert settings.trust_ca == Path("/etc/taciturn/company.pem")
    assert settings.home == Path("/etc/taciturn/state")
    assert settings.allow_networks == (ipaddress.ip_network("10.0.0.0/8"),)
    assert settings.connect_to == {"pixel.example": ("127.0.0.1", 9000)}
    assert audit == "/etc/taciturn/log/audit.jsonl"
    assert settings.drain == 3.0


@pytest.mark.parametrize(
    ("word", "networks", "audit"), [("all", None, "-"), ("none", (), "stdout")], ids=["all", "none"]
)
def test_from_mapping_reads_words(word: str, networks: object, audit: str) -> None:
    settings, where = from_mapping({"allow_networks": word, "audit": audit, "health": "off"}, "f", BASE)
    assert (settings.allow_networks, settings.health_port, where) == (networks, None, audit)


def test_from_mapping_collects_every_problem() -> None:
    raw = {"lisen": "x", "listen": "nowhere", "allow_networks": ["10.0.0.1/8"], "health": "0.0.0.0:1", "drain": "soon"}
    with pytest.raises(ConfigError) as caught:
        from_mapping(raw, "taciturn.yaml", BASE)
    assert len(caught.value.problems) == 5
    assert all("proxy." in problem.what for problem in caught.value.problems)


@pytest.mark.parametrize("target", ["10.0.0.1:80", "198.41.0.4:443"])
def test_connect_to_target_is_not_loopback_it_raises(target: str) -> None:
    with pytest.raises(ConfigError, match="LOOPBACK"):
        from_mapping({"connect_to": {"pixel.example": target}}, "f", BASE)


def test_settings_repr_holds_no_password() -> None:
    assert "hunter2" not in repr(ProxySettings(auth="user:hunter2", upstream_auth="user:hunter2"))
