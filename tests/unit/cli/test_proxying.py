from __future__ import annotations

import argparse
import ipaddress
import sys
from pathlib import Path

import pytest

from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.cli import proxying
from taciturn.config import Config, load_config
from taciturn.errors import ConfigError, UsageError


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    proxying.add_options(parser)
    return parser.parse_args(words)


def test_settings_of_command_line_wins_over_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "taciturn.yaml").write_text(
        "version: 1\nlimits: {body: 4096}\nproxy:\n  listen: 0.0.0.0:1\n  trust_ca: a.pem\n  audit: audit.jsonl\n"
        "  allow_networks: [10.0.0.0/8]\n"
    )
    config = load_config(tmp_path / "taciturn.yaml")
    words = ("--listen", "127.0.0.1:2", "--upstream", "http://p.example:3", "--upstream-ca", "b.pem", "--audit", "-")
    settings, audit = proxying.settings_of(arguments(*words), config, ProxySettings())
    assert (settings.listen_host, settings.listen_port, settings.upstream) == ("127.0.0.1", 2, "http://p.example:3")
    assert (settings.trust_ca, settings.body_limit, audit) == (Path("b.pem"), 4096, "-")
    assert settings.allow_networks == (ipaddress.ip_network("10.0.0.0/8"),)


def test_settings_of_configuration_alone_finds_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "taciturn.yaml").write_text("version: 1\nproxy: {trust_ca: a.pem, audit: audit.jsonl}\n")
    config = load_config(tmp_path / "taciturn.yaml")
    settings, audit = proxying.settings_of(arguments(), config, ProxySettings())
    assert (settings.trust_ca, audit) == (tmp_path / "a.pem", str(tmp_path / "audit.jsonl"))


@pytest.mark.parametrize("words", [("--listen", "here"), ("--upstream", "p.example")], ids=["listen", "upstream"])
def test_settings_of_wrong_option_says_how_it_should_look(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="expected"):
        proxying.settings_of(arguments(*words), Config(), ProxySettings())


def test_settings_of_wrong_section_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "taciturn.yaml").write_text("version: 1\nproxy: {lisen: 1}\n")
    with pytest.raises(ConfigError, match=r"taciturn\.yaml.*proxy\.lisen"):
        proxying.settings_of(arguments(), load_config(tmp_path / "taciturn.yaml"), ProxySettings())


@pytest.mark.parametrize(
    ("program", "variable", "replaced"),
    [("taciturn", "", True), ("main.py", "", True), ("pytest", "", False), ("taciturn", "1", False)],
)
def test_optimise_replaces_the_program_itself_only(
    program: str, variable: str, replaced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(proxying.os, "execv", lambda path, command: called.append(command))
    monkeypatch.setattr(sys, "argv", [f"/usr/bin/{program}", "serve", "--config", "a b"])
    monkeypatch.setenv("TACITURN_NO_OPTIMISE", variable)
    proxying.optimise()
    assert bool(called) == (replaced and __debug__)
    for command in called:
        assert command[1:3] == ["-O", "-P"]
        assert command[-3:] == ["serve", "--config", "a b"]
