"""`taciturn inspect --jsonl`: one request per line in, one decision per line out, each line by itself.

Lines do not know of each other: the same line gives the same answer wherever it stands. A line that is no request
gets an answer with `error`, and the exit code is 2 at the end.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.engine import Engine

MAX_LINE = 64 << 20  # a 16 MB body is 22 MB of base64; a body in JSON escapes is at most six times its size


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "inspect",
        help="requests in, decisions out, as JSON Lines",
        description="Reads one request per line from standard input and writes one decision per line to standard "
        "output. Nothing is sent anywhere.",
        epilog="exit code: 0 all lines decided, 2 wrong use or a line that is no request, 4 internal error",
    )
    parser.add_argument("--jsonl", action="store_true", required=True, help="the format: JSON Lines (the only one)")
    parser.add_argument("--show-values", action="store_true", help="with the values found: for your own terminal only")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answers every line as it comes."""
    engine = policyargs.engine_for(policyargs.options_of(args))
    bad = 0
    for line in _lines(sys.stdin.buffer):
        answer, good = answer_line(engine, line, args.show_values)
        bad += not good
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
    return 2 if bad else 0


def answer_line(engine: Engine, line: bytes, show_values: bool = False) -> tuple[str, bool]:
    """The decision on one line, or what is wrong with it -> (JSON, whether it was a request)."""
    from datetime import UTC, datetime

    from taciturn.adapters.report.jsonlines import BadLine, decision_line, error_line, read_request
    from taciturn.model.facts import Context

    try:
        if len(line) > MAX_LINE:
            raise BadLine("the line is too long")
        asked = read_request(line)
    except BadLine as problem:
        return error_line(problem), False
    host = asked.message.host
    sni = host if asked.message.scheme in ("https", "wss") else ""
    context = Context(datetime.now(UTC), asked.client, sni=sni, connect_host=host)
    return decision_line(asked, engine.inspect(asked.message, context), show_values), True


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines without blank ones. Of a line above the limit only its beginning is held, enough to be refused."""
    while line := stream.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while rest := stream.readline(MAX_LINE):
                if rest.endswith(b"\n"):
                    break
        if line.strip():
            yield line
