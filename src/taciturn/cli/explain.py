"""`taciturn explain`: what would happen to one request, and why. Nothing is sent.

The request is an address with options, an entry of a capture (then the entries before it are replayed too, so that the
page is known), or one line in the format of `taciturn inspect`.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from taciturn.cli import policyargs

if TYPE_CHECKING:
    from taciturn.engine import Engine
    from taciturn.model.decision import Decision
    from taciturn.model.message import Body, Message

_MEND = "taciturn explain --help shows the forms"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "explain",
        help="what would happen to one request, and why",
        description="Explains the decision on one request: receiver, layers, findings with their evidence, rules, how "
        "much was understood, and the request that would leave instead. Nothing is sent anywhere.",
        epilog="exit code: 0 explained, 2 wrong use",
    )
    parser.add_argument("url", nargs="?", metavar="URL", help="the address of the request")
    request = parser.add_argument_group("the request at URL")
    request.add_argument("--method", help="default: GET, or POST with a body; WEBSOCKET for a message")
    request.add_argument(
        "--header", action="append", default=[], metavar="'NAME: VALUE'", help="may be given several times"
    )
    request.add_argument("--body", metavar="TEXT|@FILE|-", help="text, a file's bytes, or standard input")
    request.add_argument("--page", default="", metavar="URL", help="the page that sends the request")
    other = parser.add_argument_group("or a request from elsewhere")
    other.add_argument("--har", metavar="FILE", help="a capture")
    other.add_argument("--entry", type=int, metavar="N", help="as in log.entries[N], counted from 0")
    other.add_argument("--message", type=int, metavar="K", help="of a WebSocket entry: which of its messages, from 0")
    other.add_argument("--jsonl-line", metavar="LINE|-", help="a line in the format of `taciturn inspect`; - reads one")
    parser.add_argument(
        "--show-values", action="store_true", help="show values and whole addresses: for your own terminal"
    )
    parser.add_argument("--no-color", action="store_true", help="no colours, as with NO_COLOR set")
    policyargs.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Decides the request and prints why."""
    from taciturn.adapters.report.console import make_console
    from taciturn.adapters.report.explain import Explanation
    from taciturn.errors import UsageError

    forms = [args.url is not None, args.har is not None, args.jsonl_line is not None]
    if sum(forms) != 1:
        raise UsageError(f"one request: a URL, or --har with --entry, or --jsonl-line\n    mend: {_MEND}")
    engine = policyargs.engine_for(policyargs.options_of(args))
    if args.har is not None:
        message, decision = _from_capture(args, engine)
    else:
        message = _from_line(args.jsonl_line) if args.url is None else _from_url(args)
        decision = _decided(engine, message)
    Explanation(message, decision, args.show_values, engine.limits).print(make_console(sys.stdout, not args.no_color))
    return 0


def _decided(engine: Engine, message: Message) -> Decision:
    from datetime import UTC, datetime

    from taciturn.model.facts import Context

    sni = message.host if message.scheme in ("https", "wss") else ""
    return engine.inspect(message, Context(datetime.now(UTC), sni=sni, connect_host=message.host))


def _from_url(args: argparse.Namespace) -> Message:
    from taciturn.errors import UsageError
    from taciturn.model.message import Kind, Message, PageCandidate, PageSource

    body = _body(args.body)
    method = (args.method or ("POST" if body.data else "GET")).upper()
    headers = tuple(_header(text) for text in args.header)
    page = (PageCandidate(args.page, PageSource.INITIATOR),) if args.page else ()
    kind = Kind.WS_OUT if method == "WEBSOCKET" else Kind.REQUEST
    url = args.url if "://" in args.url else f"https://{args.url}"
    try:
        message = Message.from_url(method, url, headers, body, kind, page)
    except ValueError:
        raise UsageError(f"this is no address\n    mend: {_MEND}") from None
    if not message.host:
        raise UsageError(f"the address has no host\n    mend: {_MEND}")
    return message


def _header(text: str) -> tuple[bytes, bytes]:
    from taciturn.errors import UsageError

    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header: no `NAME: VALUE`\n    mend: --header 'Content-Type: application/json'")
    return name.strip().encode("utf-8", "surrogateescape"), value.strip().encode("utf-8", "surrogateescape")


def _body(text: str | None) -> Body:
    from taciturn.errors import UsageError
    from taciturn.model.message import NO_BODY, Body

    if not text:
        return NO_BODY
    if text == "-":
        return Body(sys.stdin.buffer.read())
    if not text.startswith("@"):
        return Body(text.encode("utf-8", "surrogateescape"))
    try:
        with open(text[1:], "rb") as file:
            return Body(file.read())
    except OSError:
        raise UsageError(
            "--body: the file cannot be read\n    mend: @FILE names a file, anything else is the body"
        ) from None


def _from_line(line: str) -> Message:
    from taciturn.adapters.report.jsonlines import BadLine, read_request
    from taciturn.errors import UsageError

    try:
        return read_request(sys.stdin.buffer.readline() if line == "-" else line).message
    except BadLine as problem:
        raise UsageError(f"--jsonl-line: {problem}") from None


def _from_capture(args: argparse.Namespace, engine: Engine) -> tuple[Message, Decision]:
    """The entry, after everything that was sent before it."""
    from taciturn.adapters.captures import open_capture
    from taciturn.adapters.har.find import place_of
    from taciturn.adapters.har.run import context_of, decide, learn
    from taciturn.errors import UsageError

    if args.entry is None:
        raise UsageError("--har: which entry?\n    mend: --entry N, as in log.entries[N]; taciturn replay names them")
    capture, ledger = open_capture(place_of(args.har)), policyargs.ledger_for(policyargs.options_of(args))
    part = -1 if args.message is None else args.message
    for item in capture.items():
        if item.message is None:
            if item.entry == args.entry:
                raise UsageError(f"--entry {args.entry}: could not be read ({item.odd})")
            continue
        context = context_of(item, item.message, ledger)
        decision = decide(item, item.message, context, engine, ledger)
        if (item.entry, item.part) == (args.entry, part):
            return item.message, decision
        learn(item, item.message, decision, context, ledger)
    message = "" if args.message is None else f" --message {args.message}"
    raise UsageError(
        f"--entry {args.entry}{message}: not a request in this capture of {capture.entries} entries\n"
        "    mend: entries count from 0; taciturn replay names them"
    )
