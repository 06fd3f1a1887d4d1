"""Configuration: taciturn.yaml -> Config -> Engine. Every mistake is collected and told at once, with its place.

Looked for in this order: the path given, $TACITURN_CONFIG, ./taciturn.yaml, the user's configuration directory.
Without any, the shipped packs and catalogue apply, enforced.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from taciturn.catalogue import Catalogue, Declared, Parties, load_catalogue
from taciturn.catalogue.data import rules_dir
from taciturn.engine import Engine
from taciturn.errors import ConfigError, Problem
from taciturn.limits import DEFAULT, RANGES, REMEMBERED, REMEMBERED_RANGES, Limits, Remembered
from taciturn.operators import make
from taciturn.rules import Reader, RuleLoader, RuleSet
from taciturn.rules.loader import SECTIONS, check_version
from taciturn.watch import WatchLists
from taciturn.watch.load import load_lists
from taciturn.watch.sources import ListSource
from taciturn.watch_config import read_watch

FILE_NAME = "taciturn.yaml"
MODES = ("enforce", "report")
KEYS = (
    "version", "mode", "packs", "models", "rule_files", "catalogue", "limits", "provenance", "proxy", "watch", *SECTIONS
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says. Paths are absolute; `sections` are the rule sections it holds itself."""

    path: Path | None = None
    mode: str = "enforce"
    packs: tuple[str, ...] | None = None  # names of shipped packs; None: all of them
    models: tuple[str, ...] = ()  # names of shipped positive models
    rule_files: tuple[Path, ...] = ()
    catalogue: tuple[Path, ...] = ()
    limits: Limits = DEFAULT
    remembered: Remembered | None = REMEMBERED  # of what sites showed; None: nothing
    proxy: Mapping[str, Any] = field(default_factory=dict, repr=False)
    watch: tuple[ListSource, ...] = ()
    sections: Mapping[str, Node] = field(default_factory=dict, repr=False)

    @property
    def file(self) -> str:
        return str(self.path) if self.path else "(no configuration file)"


def find_config(given: str | Path | None = None) -> Path | None:
    """The configuration file to use, or None.

    Raises:
        ConfigError: a file was named, by argument or environment, and is not there.
    """
    named = given or os.environ.get("TACITURN_CONFIG")
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError([Problem(str(path), 0, 0, "there is no such file", "`taciturn init` writes one")])
        return path
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return next((path for path in (Path(FILE_NAME), base / "taciturn" / FILE_NAME) if path.is_file()), None)


def load_config(given: str | Path | None = None) -> Config:
    """Finds and reads the configuration.

    Raises:
        ConfigError: with every problem of the file itself; those of its rules come from `build_rules`.
    """
    path = find_config(given)
    if path is None:
        return Config()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigError([Problem(str(path), 0, 0, "cannot be read as UTF-8 text")]) from None
    return read_config(text, path)


def read_config(text: str, path: Path) -> Config:
    """Reads a configuration that stands, or stood elsewhere, at a path.

    Raises:
        ConfigError: as `load_config`.
    """
    problems: list[Problem] = []
    reader = Reader(str(path), problems)
    root = reader.compose(text)
    config = _read(reader, root, path) if root is not None else Config(path)
    if problems:
        raise ConfigError(problems)
    return config


def _read(reader: Reader, root: Node, path: Path) -> Config:
    found = reader.mapping(root, "the file", KEYS, required=("version",))
    if "version" in found:
        check_version(reader, found["version"])
    base = path.resolve().parent
    config = Config(path.resolve(), sections={key: found[key] for key in SECTIONS if key in found})
    if "mode" in found:
        config = replace(config, mode=_choice(reader, found["mode"], MODES, config.mode))
    if "packs" in found:
        known = pack_names()
        config = replace(
            config, packs=tuple(_choice(reader, node, known, "") for node in _items(reader, found["packs"]))
        )
    if "models" in found:
        config = replace(config, models=_models(reader, found["models"]))
    if "rule_files" in found:
        config = replace(config, rule_files=_paths(reader, found["rule_files"], base))
    if "catalogue" in found:
        config = replace(config, catalogue=_paths(reader, found["catalogue"], base))
    if "limits" in found:
        config = replace(config, limits=_limits(reader, found["limits"]))
    if "provenance" in found:
        config = replace(config, remembered=_remembered(reader, found["provenance"]))
    if "proxy" in found:
        plain = _plain(found["proxy"])
        if isinstance(plain, dict):
            config = replace(config, proxy=plain)
        else:
            reader.wrong(found["proxy"], "proxy must be a mapping")
    if "watch" in found:
        config = replace(config, watch=read_watch(reader, found["watch"], base))
    return config


def _paths(reader: Reader, node: Node, base: Path) -> tuple[Path, ...]:
    """Paths in a configuration file are relative to that file."""
    return tuple(base / str(_plain(item)) for item in _items(reader, node))


def _items(reader: Reader, node: Node) -> Sequence[Node]:
    if isinstance(node, SequenceNode):
        return list(node.value)
    reader.wrong(node, "expected a list")
    return ()


def _choice(reader: Reader, node: Node, options: Sequence[str], default: str) -> str:
    value = str(_plain(node))
    if value in options:
        return value
    reader.wrong(node, f"`{value}` is not one of {', '.join(options)}")
    return default


def _models(reader: Reader, node: Node) -> tuple[str, ...]:
    """`all`, or a list of names."""
    if _plain(node) == "all":
        return model_names()
    return tuple(_choice(reader, item, model_names(), "") for item in _items(reader, node))


def _limits(reader: Reader, node: Node) -> Limits:
    found = reader.mapping(node, "limits", Limits._fields)
    limits = DEFAULT._replace(**{key: reader.integer(found[key], f"limits.{key}", *RANGES[key]) for key in found})
    if limits.layer_in < limits.body:
        mend = f"raise limits.layer_in to {limits.body} too, or lower limits.body"
        reader.wrong(
            found.get("body", node), "limits.body is above limits.layer_in: no body of that size is read", mend
        )
    return limits


def _remembered(reader: Reader, node: Node) -> Remembered | None:
    """`on`, `off`, or limits of their own."""
    if isinstance(node, ScalarNode):
        return REMEMBERED if _choice(reader, node, ("on", "off"), "on") == "on" else None
    found = reader.mapping(node, "provenance", Remembered._fields)
    given = {key: reader.integer(found[key], f"provenance.{key}", *REMEMBERED_RANGES[key]) for key in found}
    return REMEMBERED._replace(**given)


def _plain(node: Node) -> Any:
    """A node as plain values: YAML 1.2's core words, so that `no` stays a word."""
    if isinstance(node, MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    text = str(node.value)
    quoted = isinstance(node, ScalarNode) and node.style in ('"', "'")
    if quoted or not (text in ("true", "false", "null", "~", "") or text.lstrip("-").replace(".", "", 1).isdigit()):
        return text
    return yaml.safe_load(text)


# ---------------------------------------------------------------------- building


def packs_dir() -> Path:
    return rules_dir() / "packs"


def pack_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in packs_dir().glob("*.yaml")))


def models_dir() -> Path:
    return rules_dir() / "models"


def model_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in models_dir().glob("*.yaml")))


def build_rules(config: Config, catalogue: Catalogue, extra: Iterable[Path] = ()) -> RuleSet:
    """The rule set of the packs, the configuration and extra files.

    Raises:
        ConfigError: with every problem of every file.
    """
    loader = RuleLoader(catalogue, make, datetime.datetime.now(datetime.UTC))
    names = pack_names() if config.packs is None else config.packs
    shipped = [packs_dir() / f"{name}.yaml" for name in names]
    shipped += [models_dir() / f"{name}.yaml" for name in config.models]
    for path in (*shipped, *rule_files_in(config.rule_files), *rule_files_in(extra)):
        loader.add_file(path)
    if config.sections:
        loader.add_sections(Reader(config.file, loader.problems), config.sections)
    return loader.build()


def rule_files_in(paths: Iterable[Path]) -> list[Path]:
    """The files that the paths stand for, those of a folder in the order of their names."""
    return [file for path in paths for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]


def build_engine(
    config: Config | None = None,
    mode: str | None = None,
    extra_rules: Iterable[Path] = (),
    catalogue: Catalogue | None = None,
) -> Engine:
    """An engine from a configuration (the default one without).

    Raises:
        ConfigError: with every problem found in rules and catalogue.
    """
    config = config or Config()
    catalogue = catalogue or load_catalogue(extra=config.catalogue)
    rules = build_rules(config, catalogue, extra_rules)
    watch = build_watch(config)
    declared = [Declared(party.id, party.owner, party.hosts, party.role) for party in rules.parties]
    parties = Parties(declared, catalogue.owners.values())
    generation = _generation(rules, config, watch)
    return Engine(catalogue, rules, parties, config.limits, mode or config.mode, generation, watch=watch)


def build_watch(config: Config) -> WatchLists:
    """The watch lists of a configuration, read.

    Raises:
        ConfigError: with every list that cannot be read.
    """
    problems: list[Problem] = []
    lists = load_lists(config.watch, problems)
    if problems:
        raise ConfigError(problems)
    return lists


def _generation(rules: RuleSet, config: Config, watch: WatchLists) -> str:
    """A short name for exactly these rules, limits and sizes of lists, for logs: equal input, equal name."""
    text = repr([(rule.id, rule.stage, rule.source) for rule in rules.rules]) + repr((config.mode, config.limits))
    text += repr(watch.counts) if watch else ""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
