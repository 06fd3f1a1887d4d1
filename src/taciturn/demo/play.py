"""Both runs, and what they prove.

The same events are sent twice. In report mode nothing is held back: what the receivers get then is what they get
without taciturn, and unless every planted value is among it, the demo proves nothing. Then the rules are enforced. The
proof is made on the receivers' side, from the bytes that arrived: no planted value can be read in them, the receivers'
parsers still accept every event that arrives, and what is nobody's business, the site's own traffic, is unchanged.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from taciturn.adapters.events import Decided
from taciturn.demo import events
from taciturn.demo.certs import make_certificates
from taciturn.demo.client import Client
from taciturn.demo.events import Event
from taciturn.demo.receivers import RECEIVERS
from taciturn.demo.search import planted_in
from taciturn.demo.sink import Arrival, Sink
from taciturn.demo.story import MEMBERS, ORDERS, PLANTED
from taciturn.demo.wire import Reply
from taciturn.model.message import Kind

if TYPE_CHECKING:
    from taciturn.catalogue import Catalogue
    from taciturn.engine import Engine
    from taciturn.model.decision import Decision

Step = Callable[[str], None]


@dataclass(slots=True)
class Exchange:
    """One event of one run: what was decided, what arrived, what came back."""

    event: Event
    reply: Reply
    decision: Decision | None = None
    arrivals: list[Arrival] = field(default_factory=list)

    @property
    def arrived(self) -> Arrival | None:
        return self.arrivals[0] if self.arrivals else None

    @property
    def leaked(self) -> list[str]:
        """Planted values that the receiver can read, wherever they stand."""
        if self.event.keep:
            return []
        return planted_in(b"\n".join(arrival.request.raw for arrival in self.arrivals), PLANTED)


@dataclass(slots=True)
class Play:
    """Both runs, event by event."""

    without: list[Exchange]
    enforced: list[Exchange]
    seconds: float

    @property
    def pairs(self) -> Iterator[tuple[Exchange, Exchange]]:
        return zip(self.without, self.enforced, strict=True)

    def problems(self) -> list[str]:
        """What keeps the demo from having proved its point. Empty when it has."""
        found = [f"{e.event.title}: did not arrive without the rules" for e in self.without if not e.arrived]
        found += [f"{e.event.title}: not accepted without the rules: {p}" for e in self.without if (p := _refused(e))]
        reached = {value for exchange in self.without for value in exchange.leaked}
        found += [f"without the rules no receiver got the {PLANTED[v]}" for v in PLANTED if v not in reached]
        for exchange in self.enforced:
            found += [f"{exchange.event.title}: the {PLANTED[value]} still left" for value in exchange.leaked]
            if _refused(exchange):
                found.append(f"{exchange.event.title}: not accepted any more: {_refused(exchange)}")
            if not exchange.reply.status:
                found.append(f"{exchange.event.title}: the sender got no answer")
        found += [f"{after.event.title}: was changed" for before, after in self.pairs if not _kept(before, after)]
        if not any(e.arrived and not e.event.keep for e in self.enforced):
            found.append("every event was stopped: nothing shows that a redacted one is still accepted")
        return found


def _refused(exchange: Exchange) -> str:
    return next((arrival.problem for arrival in exchange.arrivals if arrival.problem), "")


def _kept(before: Exchange, after: Exchange) -> bool:
    """The site's own traffic arrives, and comes back, byte for byte as it was sent."""
    if not before.event.keep:
        return True
    if before.arrived is None or after.arrived is None or before.reply != after.reply:
        return False
    request = after.arrived.request
    sent = dict(after.event.headers).items() <= dict(request.headers).items()
    return sent and (request.target, request.body) == (after.event.target, after.event.body)


class _Log:
    """The proxy's events, kept for the view."""

    def __init__(self) -> None:
        self.events: list[Decided] = []

    def decided(self, event: Decided) -> None:
        self.events.append(event)

    def notice(self, text: str) -> None:
        """Start-up messages are no part of the story."""

    def close(self) -> None:
        """Nothing to close."""


class _Stage:
    """One run: a proxy with its engine, and everybody who sends or receives."""

    def __init__(self, client: Client, sink: Sink, log: _Log) -> None:
        self.client = client
        self.sink = sink
        self.log = log
        self.exchanges: list[Exchange] = []

    def send(self, *sent: Event) -> None:
        for event in sent:
            arrived, told = len(self.sink.arrivals), len(self.log.events)
            reply = self.client.send(event)
            decided = [e.decision for e in self.log.events[told:] if e.message.kind is Kind.REQUEST]
            arrivals = self.sink.arrivals[arrived:]
            self.exchanges.append(Exchange(event, reply, decided[0] if decided else None, arrivals))

    def browse(self) -> None:
        """Incident A: a customer looks at files, and then at the bill."""
        self.send(events.navigation(events.PAGE), *events.from_the_file_browser(), events.own_request())
        self.send(events.navigation(ORDERS), *events.from_the_billing_page())

    def synchronise(self, retained: Sequence[dict[str, str]]) -> Sequence[dict[str, str]]:
        """Incident B: the app asks for the members and forwards them; without an answer, those it still has."""
        self.send(events.ask_for_members())
        roster = _members(self.exchanges[-1].reply) or retained
        self.send(events.to_the_webhook(roster), events.to_the_crm(roster))
        return roster


def _members(reply: Reply) -> list[dict[str, str]]:
    try:
        answer: Any = msgspec.json.decode(reply.body)
    except msgspec.DecodeError:
        return []
    return list(answer.get("data", ())) if isinstance(answer, dict) else []


def play(step: Step = lambda text: None) -> Play:
    """Sends everything twice. `step` is told what is going on.

    Raises:
        TaciturnError: the proxy could not be started, or the rules are wrong.
    """
    begun = time.monotonic()
    step("reading rules and catalogue")
    report, enforce = _engines()
    with tempfile.TemporaryDirectory(prefix="taciturn-demo-") as name:
        folder = Path(name)
        authority, certificate = make_certificates(folder, RECEIVERS)
        with Sink(certificate) as sink:
            step("sending everything without the rules")
            retained: Sequence[dict[str, str]] = [member._asdict() for member in MEMBERS]
            without, retained = _run(report, sink, folder, authority, retained)
            step("sending everything again, with the rules enforced")
            enforced, _ = _run(enforce, sink, folder, authority, retained)
    return Play(without, enforced, time.monotonic() - begun)


def _engines() -> tuple[Engine, Engine]:
    """The shipped rules in report mode and enforced. No configuration file is read."""
    from taciturn.catalogue import load_catalogue
    from taciturn.config import Config, build_engine

    catalogue: Catalogue = load_catalogue()
    report = build_engine(Config(), "report", catalogue=catalogue)
    return report, build_engine(Config(), "enforce", catalogue=catalogue)


def _run(
    engine: Engine, sink: Sink, folder: Path, authority: Path, retained: Sequence[dict[str, str]]
) -> tuple[list[Exchange], Sequence[dict[str, str]]]:
    from taciturn.adapters.mitm.proxy import ProxyThread
    from taciturn.adapters.mitm.settings import ProxySettings
    from taciturn.ledger import Ledger

    log = _Log()
    settings = ProxySettings(
        listen_port=0,
        home=folder / "home",
        trust_ca=authority,
        connect_to=dict.fromkeys(RECEIVERS, sink.address),
        drain=1.0,
    )
    # The file browser's answer would give it away for signed in, and then all advertising is stopped there. What is to
    # be seen is the harder case: nothing is known of the page, and its events arrive without what they must not tell.
    with ProxyThread(engine, Ledger(None), log, settings) as proxy:
        stage = _Stage(Client(proxy.port, proxy.proxy.authority.certificate), sink, log)
        stage.browse()
        retained = stage.synchronise(retained)
    return stage.exchanges, retained
