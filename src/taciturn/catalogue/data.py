"""Where the shipped data files are: the catalogue, the rule packs and their schemas.

A checkout keeps them in `rules/` at its root, where people read and edit them. An installed wheel carries the same
tree as package data in `taciturn/data/rules` (see the wheel target in pyproject.toml). Nothing is touched on import.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from taciturn.errors import ConfigError, Problem

_MARK = Path("catalogue")  # the folder that tells our `rules` from somebody else's


@cache
def rules_dir() -> Path:
    """The `rules` folder that belongs to this installation.

    Raises:
        ConfigError: neither place holds one, so the installation is broken.
    """
    package = Path(__file__).resolve().parent.parent
    candidates = (package / "data" / "rules", package.parent.parent / "rules")
    for candidate in candidates:
        if (candidate / _MARK).is_dir():
            return candidate
    raise ConfigError(
        [Problem("taciturn/data/rules", 0, 0, "the packaged rules and catalogue are missing", "install taciturn again")]
    )


def catalogue_dir() -> Path:
    """The folder with the shipped catalogue files."""
    return rules_dir() / "catalogue"
