"""Registrable domains by the Public Suffix List, without the network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from taciturn.catalogue.sites import registrable_domain, same_site


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("example.com", "example.com"),
        ("www.example.com", "example.com"),
        ("WWW.Example.COM.", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("one.github.io", "one.github.io"),
        ("github.io", "github.io"),
        ("x.eu-west-1.awsapprunner.com", "x.eu-west-1.awsapprunner.com"),
        ("api.shop.example", "shop.example"),
        ("api.shop.test", "shop.test"),
        ("a.b.internal", "b.internal"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("", ""),
    ],
)
def test_registrable_domain_of_host(host: str, site: str) -> None:
    assert registrable_domain(host) == site


def test_two_customers_of_one_host_are_two_sites() -> None:
    assert not same_site("one.github.io", "two.github.io")
    assert same_site("a.example.com", "b.example.com")
    assert not same_site("", "")


def test_the_list_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, taciturn.catalogue; taciturn.catalogue.load_catalogue(); sys.exit('tldextract' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
