"""A policy with the text of all its files, to be sent to a machine that does not have them.

Watch lists are not in it: they hold what nobody outside may know, so they are never copied. Where a configuration names
some, the other machine must have them at the same path.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from taciturn import __version__
from taciturn.adapters.jobs.here import Replayer
from taciturn.adapters.jobs.options import ReplayOptions
from taciturn.adapters.policies import without_core_dumps
from taciturn.catalogue.loader import files_in
from taciturn.config import Config, build_engine, load_config, read_config, rule_files_in
from taciturn.errors import UsageError


class Named(NamedTuple):
    """A file's name and its bytes."""

    name: str
    data: bytes


class Bundle(NamedTuple):
    """Everything that a `Replayer` is made of."""

    version: str
    generation: str
    options: ReplayOptions
    config: tuple[str, str] | None  # path and text
    rules: tuple[Named, ...]  # of the configuration
    extra: tuple[Named, ...]  # of the command line
    catalogue: tuple[Named, ...]


def bundle_of(replayer: Replayer) -> Bundle:
    """What another machine needs to judge as this one does.

    Raises:
        ConfigError: the configuration cannot be read any more.
    """
    policy = replayer.options.policy
    config = load_config(policy.config or None)
    text = None if config.path is None else (str(config.path), config.path.read_text("utf-8"))
    return Bundle(
        __version__,
        replayer.engine.generation,
        replayer.options,
        text,
        _read(rule_files_in(config.rule_files)),
        _read(rule_files_in(Path(path) for path in policy.policies)),
        _read(files_in(config.catalogue)),
    )


def replayer_of(bundle: Bundle) -> Replayer:
    """What `bundle_of` was given, on this machine.

    Raises:
        UsageError: this machine has another version, or does not come to the same policy.
        ConfigError: a watch list is not there.
    """
    if bundle.version != __version__:
        raise UsageError(f"a worker has taciturn {__version__}, and the work comes from {bundle.version}")
    config = read_config(bundle.config[1], Path(bundle.config[0])) if bundle.config else Config()
    if config.watch:
        without_core_dumps()
    with tempfile.TemporaryDirectory(prefix="taciturn-") as name:
        folder = Path(name)
        config = replace(
            config,
            rule_files=_written(folder / "rules", bundle.rules),
            catalogue=_written(folder / "catalogue", bundle.catalogue),
        )
        extra = _written(folder / "extra", bundle.extra)
        engine = build_engine(config, bundle.options.policy.mode or None, extra)
    if engine.generation != bundle.generation:
        raise UsageError("a worker comes to another policy: it has other packs, models or watch lists")
    return Replayer(bundle.options, engine, remembered=config.remembered)


def _read(paths: Iterable[Path]) -> tuple[Named, ...]:
    return tuple(Named(path.name, path.read_bytes()) for path in paths)


def _written(folder: Path, files: Iterable[Named]) -> tuple[Path, ...]:
    """The files in their order; names may come twice."""
    folder.mkdir()
    made = []
    for number, file in enumerate(files):
        path = folder / f"{number:04}-{Path(file.name).name}"
        path.write_bytes(file.data)
        made.append(path)
    return tuple(made)
