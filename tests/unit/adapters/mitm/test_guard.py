from __future__ import annotations

import asyncio
import ipaddress
import socket

import pytest

from taciturn.adapters.mitm.guard import Guard, GuardLoop, is_own_machine, parse_ip
from taciturn.adapters.mitm.settings import parse_networks

PUBLIC = ["198.41.0.4", "2606:4700::1111"]
PRIVATE = ["10.0.0.1", "172.16.9.9", "192.168.1.1", "127.0.0.1", "::1", "fd00::1", "100.64.0.1", "0.0.0.0", "::"]
LOCAL = ["169.254.169.254", "fe80::1", "224.0.0.1"]
WRAPPED = ["::ffff:10.0.0.1", "64:ff9b::7f00:1", "::ffff:169.254.169.254"]


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("networks", ["all", "none", ["10.0.0.0/8"]], ids=str)
def test_guard_public_address_is_admitted(address: str, networks: object) -> None:
    assert Guard(parse_networks(networks), {}).admits(address, 443)


@pytest.mark.parametrize("address", PRIVATE + LOCAL + WRAPPED)
def test_guard_without_networks_refuses_what_is_not_public(address: str) -> None:
    assert not Guard((), {}).admits(address, 443)


@pytest.mark.parametrize("address", PRIVATE)
def test_guard_with_all_networks_admits_private(address: str) -> None:
    assert Guard(None, {}).admits(address, 443)


@pytest.mark.parametrize("address", [*LOCAL, "::ffff:169.254.169.254"])
def test_guard_with_all_networks_refuses_link_local(address: str) -> None:
    assert not Guard(None, {}).admits(address, 443)


def test_guard_with_a_list_admits_what_is_listed() -> None:
    guard = Guard(parse_networks(["10.1.0.0/16", "169.254.169.254"]), {})
    assert guard.admits("10.1.2.3", 80)
    assert guard.admits("169.254.169.254", 80)
    assert not guard.admits("10.2.0.1", 80)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::ffff:127.0.0.1"])
def test_guard_own_port_is_refused_whatever_is_allowed(address: str) -> None:
    guard = Guard(None, {}, upstream=(address, 8080))
    guard.own_ports = frozenset({8080})
    assert not guard.admits(address, 8080)
    assert guard.admits(address, 8081)


def test_guard_upstream_is_admitted_although_private() -> None:
    guard = Guard((), {}, upstream=("10.0.0.9", 3128))
    assert guard.admits("10.0.0.9", 3128)
    assert not guard.admits("10.0.0.9", 3129)
    assert Guard((), {}, upstream=("proxy.example", 3128)).admits_resolved("proxy.example", "10.0.0.9", 3128)


def test_guard_name_is_left_to_the_resolver() -> None:
    assert Guard((), {}).admits("shop.example", 443)


def test_parse_ip_unwraps_ipv4() -> None:
    assert parse_ip("::ffff:10.0.0.1") == ipaddress.IPv4Address("10.0.0.1")
    assert parse_ip("64:ff9b::a00:1") == ipaddress.IPv4Address("10.0.0.1")
    assert parse_ip("fe80::1%eth0") == ipaddress.IPv6Address("fe80::1")
    assert parse_ip("shop.example") is None


def test_is_own_machine_knows_its_addresses() -> None:
    assert is_own_machine(ipaddress.IPv4Address("127.0.0.1"))
    assert not is_own_machine(ipaddress.IPv4Address("198.41.0.4"))


def resolve(guard: Guard, host: str, port: int, monkeypatch: pytest.MonkeyPatch, **answers: list[str]) -> list[str]:
    async def stub(self, host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in answers[host.partition(".")[0]]]

    monkeypatch.setattr(asyncio.SelectorEventLoop, "getaddrinfo", stub)
    with asyncio.Runner(loop_factory=lambda: GuardLoop(guard)) as runner:
        found = runner.run(get(host, port))
    return [f"{info[4][0]}:{info[4][1]}" for info in found]


async def get(host: str, port: int):
    return await asyncio.get_running_loop().getaddrinfo(host, port)


def test_guard_loop_name_resolves_to_public_and_private_only_public_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    found = resolve(Guard((), {}), "mixed.example", 443, monkeypatch, mixed=["10.0.0.1", "198.41.0.4"])
    assert found == ["198.41.0.4:443"]


def test_guard_loop_name_resolves_to_private_only_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError, match="refused"):
        resolve(Guard((), {}), "inside.example", 443, monkeypatch, inside=["10.0.0.1"])


def test_guard_loop_name_of_the_proxy_itself_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard(None, {})
    guard.own_ports = frozenset({8080})
    with pytest.raises(OSError, match="refused"):
        resolve(guard, "me.example", 8080, monkeypatch, me=["127.0.0.1"])
    assert resolve(guard, "me.example", 8081, monkeypatch, me=["127.0.0.1"]) == ["127.0.0.1:8081"]


def test_guard_loop_mapped_name_goes_to_its_target_but_never_to_an_own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard((), {"pixel.example": ("127.0.0.1", 9000)})
    assert resolve(guard, "Pixel.example.", 443, monkeypatch) == ["127.0.0.1:9000"]
    guard.own_ports = frozenset({9000})
    with pytest.raises(OSError, match="refused"):
        resolve(guard, "pixel.example", 443, monkeypatch)
