"""`taciturn rules`: check, test and show the rules that apply here. Nothing is sent.

The rules are those of the configuration (without one: the shipped packs), and of the files that are named. Where files
are named, only what concerns them is said.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from taciturn.catalogue import Catalogue
    from taciturn.config import Config
    from taciturn.rules import Rule, RuleSet


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "rules",
        help="lint, test, list or show rules",
        description="Works on the rules of the configuration (without one: the shipped packs) and on the files named.",
        epilog="exit codes: 0 nothing to say, 1 remarks or failed cases, 2 rules that cannot be loaded",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in (
        ("lint", "look for rules that load, and are probably not what was meant"),
        ("test", "run the cases that stand beside the rules"),
        ("list", "one line a rule"),
        ("show", "a rule as it is written, or as it takes effect"),
    ):
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument(
            "--config", metavar="FILE", default=argparse.SUPPRESS, help="configuration (default: taciturn.yaml)"
        )
        if name == "show":
            action.add_argument("id", nargs="?", metavar="ID", help="the rule; all of them without")
            action.add_argument("--effective", action="store_true", help="write out every default")
            action.add_argument(
                "--policy", action="append", default=[], metavar="FILE", dest="paths", help="more rules"
            )
        else:
            action.add_argument("paths", nargs="*", metavar="FILE", help="more rule files, or folders of them")
        if name == "test":
            action.add_argument("-v", "--verbose", action="store_true", help="name the cases that pass, too")
    actions.add_parser(
        "schema", help="print the JSON Schema of rule files", description="For editors: completion and checks."
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs the action that was asked for."""
    actions: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "lint": _lint,
        "test": _test,
        "list": _list,
        "show": _show,
        "schema": _schema,
    }
    return actions[args.action](args)


class _Loaded(NamedTuple):
    config: Config
    catalogue: Catalogue
    ruleset: RuleSet
    extra: tuple[Path, ...]  # files beside those of the configuration
    named: frozenset[str]  # the files that were named; empty: all are meant

    def concerns(self, file: str) -> bool:
        return not self.named or str(Path(file).resolve()) in self.named


def _load(args: argparse.Namespace) -> _Loaded:
    from taciturn.catalogue import load_catalogue
    from taciturn.config import build_rules, load_config

    config = load_config(getattr(args, "config", None))
    catalogue = load_catalogue(extra=config.catalogue)
    named = [file for path in args.paths for file in _files(Path(path))]
    known = {Path(file).resolve() for file in build_rules(config, catalogue).files} if named else set()
    extra = tuple(file for file in named if file.resolve() not in known)
    ruleset = build_rules(config, catalogue, extra)
    return _Loaded(config, catalogue, ruleset, extra, frozenset(str(file.resolve()) for file in named))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.yaml")) if path.is_dir() else [path]


def _mine(loaded: _Loaded) -> list[Rule]:
    return [rule for rule in loaded.ruleset.rules if loaded.concerns(rule.place.file)]


# -- lint --


def _lint(args: argparse.Namespace) -> int:
    from taciturn.rules.lint import Receiver, Severity, Surroundings, lint

    loaded = _load(args)
    receivers = tuple(
        Receiver(tracker.id, tracker.category, endpoint)
        for tracker in loaded.catalogue.trackers.values()
        for endpoint in ("", *(one.id for one in tracker.endpoints))
    )
    remarks = lint(loaded.ruleset, Surroundings(receivers, datetime.now(UTC)))
    remarks = [remark for remark in remarks if loaded.concerns(remark.place.file)]
    for remark in remarks:
        print(remark)
    worst = max((remark.severity for remark in remarks), default=Severity.INFO)
    rules = len(_mine(loaded))
    print(f"{_count(rules, 'rule')}, {_count(len(remarks), 'remark')}")
    return 1 if worst > Severity.INFO else 0


# -- test --


def _test(args: argparse.Namespace) -> int:
    from dataclasses import replace

    from taciturn.config import build_engine
    from taciturn.rules.cases import run_cases
    from taciturn.watch import watch_values

    loaded = _load(args)
    engine = build_engine(replace(loaded.config, watch=()), "enforce", loaded.extra, loaded.catalogue)
    ran = failed = 0
    for result in run_cases(_mine(loaded), engine.inspect, datetime.now(UTC), watch_values):
        ran += 1
        sort = "leak" if result.case.leak else "clean"
        if result.failures:
            failed += 1
            place = result.case.place
            print(f"{place.file}:{place.line}: {result.rule.id}: {sort} case `{result.case.name}` fails")
            for failure in result.failures:
                print(f"    {failure}")
        elif args.verbose:
            print(f"ok {result.rule.id}: {sort} case `{result.case.name}`")
    print(f"{_count(ran, 'case')} of {_count(len(_mine(loaded)), 'rule')}, {failed} failed")
    return 1 if failed or not ran else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# -- list, show, schema --


def _list(args: argparse.Namespace) -> int:
    rules = _mine(_load(args))
    rows = [("ID", "STAGE", "SEVERITY", "DOES", "DATA", "FILE")]
    for rule in rules:
        data = ", ".join((*rule.data.any, *rule.data.all)) if rule.data is not None else "-"
        does = "keep" if rule.keep else rule.action
        rows.append((rule.id, rule.stage, rule.severity, does, data, Path(rule.place.file).name))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _show(args: argparse.Namespace) -> int:
    import yaml

    from taciturn.errors import UsageError
    from taciturn.rules.effective import effective
    from taciturn.rules.yamldoc import suggest

    loaded = _load(args)
    rules: Iterable[Rule] = loaded.ruleset.rules
    if args.id is not None:
        rule = loaded.ruleset.rule(args.id)
        if rule is None:
            mend = suggest(args.id, [known.id for known in rules])
            raise UsageError(f"there is no rule `{args.id}`" + (f"\n    mend: {mend}" if mend else ""))
        rules = [rule]
    shown = [effective(rule) if args.effective else dict(rule.source) for rule in rules]
    document: object = shown
    if args.effective:
        document = {"uninspectable": dict(loaded.ruleset.uninspectable), "rules": shown}
    yaml.safe_dump(document, sys.stdout, sort_keys=False, allow_unicode=True, width=110)
    return 0


def _schema(args: argparse.Namespace) -> int:
    from taciturn.catalogue.data import rules_dir

    print((rules_dir() / "schema" / "rules.schema.json").read_text("utf-8"), end="")
    return 0
