from __future__ import annotations

import pytest

from taciturn.adapters.mitm.agreement import disagreement, normal_host


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("Example.COM", "example.com"),
        ("example.com.", "example.com"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
    ids=["case", "dot", "brackets", "international", "already ascii"],
)
def test_normal_host_spelling_gives_one_form(host: str, normal: str) -> None:
    assert normal_host(host) == normal


def test_normal_host_without_ascii_form_raises() -> None:
    with pytest.raises(UnicodeError):
        normal_host("a" * 70 + "ü.example")


@pytest.mark.parametrize(
    ("hosts", "authority", "sni", "needs_host", "word"),
    [
        ([b"shop.example"], b"", "", True, ""),
        ([b"SHOP.example."], b"", "shop.example", True, ""),
        ([b"shop.example:443"], b"", "", True, ""),
        ([], b"shop.example", "shop.example", False, ""),
        ([b"shop.example"], b"shop.example:443", "", False, ""),
        ([], b"", "", False, ""),
        ([], b"", "", True, "no-host"),
        ([b"shop.example", b"shop.example"], b"", "", True, "duplicate-host"),
        ([b"evil.example"], b"", "", True, "host-mismatch"),
        ([b"shop.example:8443"], b"", "", True, "host-mismatch"),
        ([b"shop.example:x"], b"", "", True, "host-mismatch"),
        ([b"shop.example, evil.example"], b"", "", True, "host-mismatch"),
        ([b"evil.example@shop.example"], b"", "", True, "host-mismatch"),
        ([b"sh\xc3\xb6p.example"], b"", "", True, "host-mismatch"),
        ([b""], b"", "", True, "host-mismatch"),
        ([b"shop.example"], b"evil.example", "", False, "host-mismatch"),
        ([b"shop.example"], b"", "evil.example", True, "sni-mismatch"),
        ([b"shop.example"], b"", "notshop.example", True, "sni-mismatch"),
        ([b"shop.example"], b"", "www.shop.example", True, "sni-mismatch"),
    ],
)
def test_disagreement_names_are_compared(
    hosts: list[bytes], authority: bytes, sni: str, needs_host: bool, word: str
) -> None:
    assert disagreement("shop.example", 443, hosts, authority, sni, needs_host) == word


def test_disagreement_address_is_ipv6() -> None:
    assert disagreement("2001:db8::1", 8080, [b"[2001:DB8::1]:8080"], b"", "", True) == ""
