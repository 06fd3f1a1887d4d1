"""`taciturn learn`: proposes a positive model from captures. Nothing is sent, and the proposal holds no value."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.catalogue import Match
    from taciturn.engine import Engine
    from taciturn.propose import Model


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "learn",
        help="propose a positive model from captures",
        description="Reads recorded sessions and proposes, for each receiver's endpoint in them, which fields of an "
        "event may go: ids, numbers and flags. Everything else stays behind, with the reason. A draft for a person.",
        epilog="exit code: 0 proposed, 1 no request to propose from, 2 wrong use",
    )
    parser.add_argument("paths", nargs="+", metavar="FILE|DIR", help="captures; folders are searched")
    parser.add_argument(
        "--positive", action="store_true", required=True, help="a model of what may go (`do: {keep: …}`)"
    )
    parser.add_argument("--endpoint", action="append", metavar="ID", help="only these, e.g. google.ga4.collect")
    parser.add_argument("-o", "--output", metavar="DIR", help="one file an endpoint, instead of standard output")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from taciturn.errors import UsageError
    from taciturn.propose import proposal

    engine = policyargs.engine_for(policyargs.options_of(args))
    for endpoint in args.endpoint or ():
        if endpoint not in engine.catalogue.endpoint_ids:
            raise UsageError(f"--endpoint {endpoint}: not in the catalogue\n    mend: `taciturn explain URL` names it")
    models = _models(engine, args)
    for endpoint, (model, match) in sorted(models.items()):
        text = proposal(model, match)
        if args.output:
            _write(args.output, endpoint, text)
        else:
            print(text)
    if not models:
        print("taciturn: no request to an endpoint of the catalogue in these captures", file=sys.stderr)
        return 1
    return 0


def _models(engine: Engine, args: argparse.Namespace) -> dict[str, tuple[Model, Match]]:
    from datetime import UTC, datetime

    from taciturn.adapters.captures import open_capture
    from taciturn.adapters.har.find import find_captures
    from taciturn.errors import CaptureError
    from taciturn.model.facts import Context
    from taciturn.model.message import Kind
    from taciturn.propose import Model

    models: dict[str, tuple[Model, Match]] = {}
    context = Context(datetime.now(UTC))
    for path in find_captures(args.paths):
        try:
            capture = open_capture(path)
        except CaptureError as problem:
            print(problem, file=sys.stderr)
            continue
        for item in capture.items():
            if item.message is None or item.message.kind is not Kind.REQUEST or item.message.method == "OPTIONS":
                continue
            reading = engine.read(item.message, context)
            endpoint = reading.match.endpoint if reading is not None else None
            if reading is None or endpoint is None or endpoint.kind != "ingest":
                continue
            if args.endpoint and endpoint.id not in args.endpoint:
                continue
            model, _ = models.setdefault(endpoint.id, (Model(endpoint.id), reading.match))
            model.add(reading.tree.leaves, reading.tree.wholes, reading.roles, reading.findings)
    return models


def _write(folder: str, endpoint: str, text: str) -> None:
    from taciturn.errors import UsageError

    path = os.path.join(folder, f"{endpoint}.yaml")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path}: is there already\n    mend: remove it, or name another folder") from None
    except OSError as problem:
        raise UsageError(f"{path}: cannot be written: {os.strerror(problem.errno or 0)}") from None
    print(path)
