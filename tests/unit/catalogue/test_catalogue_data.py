"""Where the shipped data is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from taciturn.catalogue import data
from taciturn.errors import ConfigError


@pytest.fixture(autouse=True)
def forget() -> None:
    data.rules_dir.cache_clear()


def placed(monkeypatch: pytest.MonkeyPatch, package: Path) -> None:
    monkeypatch.setattr(data, "__file__", str(package / "catalogue" / "data.py"))


def test_checkout_has_its_rules_at_the_root(root: Path) -> None:
    assert data.rules_dir() == root / "rules"
    assert data.catalogue_dir() == root / "rules" / "catalogue"


def test_wheel_has_its_rules_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "taciturn"
    (package / "data" / "rules" / "catalogue").mkdir(parents=True)
    placed(monkeypatch, package)
    assert data.rules_dir() == package / "data" / "rules"


def test_folder_of_somebody_else_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "src" / "taciturn"
    (tmp_path / "rules").mkdir()
    placed(monkeypatch, package)
    with pytest.raises(ConfigError, match="missing"):
        data.rules_dir()
