"""Registrable domains by the Public Suffix List, without the network."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tldextract import TLDExtract

from taciturn.catalogue.sites import _suffixes, registrable_domain, same_site


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
    code = (
        "import sys, taciturn.catalogue; from taciturn.catalogue import sites; taciturn.catalogue.load_catalogue()\n"
        "sys.exit(sites._suffixes.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_look_up_imports_no_http_client() -> None:
    code = (
        "import sys; from taciturn.catalogue.sites import registrable_domain; registrable_domain('a.example.co.uk')\n"
        "sys.exit(len({'tldextract', 'requests', 'urllib3', 'filelock'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_registrable_domain_agrees_with_tldextract_below_every_rule_of_the_list() -> None:
    theirs = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    rules = sorted(_suffixes())
    hosts = [f"{labels}{rule.removeprefix('!').removeprefix('*.')}" for rule in rules for labels in ("b.a.", "c.b.a.")]
    hosts += [host.encode("idna").decode() for host in hosts if not host.isascii()]
    wrong = [h for h in hosts if registrable_domain(h) != (theirs(h).top_domain_under_public_suffix or h)]
    assert len(rules) > 9000
    assert wrong == []
