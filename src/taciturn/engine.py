"""The engine: one message in, one decision out. Pure, immutable, total.

Order, and why:
 1. Who receives it and from which page: two look-ups, so that a message no rule is about ends here.
 2. The decode tree, within the limits. What stays shut is told, not skipped.
 3. Findings and roles, then the policy's plan.
 4. Edits through all layers, and then the proof: the outgoing bytes are decoded afresh and searched for every value
    that was taken out. What is left, or cannot be put back, blocks.
 5. Anything that goes wrong inside is `Uninspectable`, and the settings decide, for a tracker block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from taciturn.catalogue import Catalogue, Match, Parties
from taciturn.codec.residue import remains, searchable
from taciturn.codec.rewrite import Rewritten, SpliceFailed
from taciturn.codec.skim import skim
from taciturn.codec.tree import Tree
from taciturn.detect import detect, holds_known, is_quiet, roles_of, tells, tells_recorded
from taciturn.edits import changes_again, changes_of
from taciturn.leaf_roles import leaf_roles, mark_opaque
from taciturn.limits import DEFAULT, Limits
from taciturn.model.datatype import Confidence
from taciturn.model.decision import (
    THIRD_PARTIES,
    Answer,
    Coverage,
    Decision,
    Effect,
    Outgoing,
    Party,
    RuleMatch,
    TrackerRef,
    Uninspectable,
    Verdict,
)
from taciturn.model.facts import Context, Facts, Observation
from taciturn.model.finding import Finding
from taciturn.model.known import KnownValues
from taciturn.model.leaf import Leaf
from taciturn.model.message import Fidelity, Kind, Message, PageCandidate, PageSource
from taciturn.model.verdicts import ConnectVerdict, HeadVerdict
from taciturn.operators import is_stand_in
from taciturn.pages import best_address, document_navigation, known_by, page_candidates, page_site, payload_pages
from taciturn.policy import UNINSPECTABLE, Plan, asks_for_more, asks_what_was_shown, plan
from taciturn.rules import RuleSet
from taciturn.surrogates import answer_for
from taciturn.watch import WatchLists

_NO_COVERAGE = Coverage()
_REFUSAL = Answer(403, ((b"Cache-Control", b"no-store"), (b"Content-Length", b"0")), b"", "refusal")
_ALIKE = 2048  # decisions on messages that no rule is about: some receivers, some pages
_ROUNDS = 2  # of taking out what the proof still finds: an edit may open a layer that was shut

_Seldom = tuple[Party, TrackerRef | None, tuple[PageCandidate, ...], frozenset[str]]


class Reading(NamedTuple):
    """A message to a tracker, opened: its leaves, their roles by the vendor's dictionary, what detectors say."""

    match: Match
    tree: Tree
    roles: Mapping[Leaf, str]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return f"Reading({self.match!r})"


class Engine:
    """Decides. Swapped as a whole on reload; `generation` names what it was built from."""

    def __init__(
        self,
        catalogue: Catalogue,
        rules: RuleSet,
        parties: Parties,
        limits: Limits = DEFAULT,
        mode: str = "enforce",
        generation: str = "",
        stage: Callable[[str], None] = lambda name: None,
        watch: WatchLists | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.rules = rules
        self.parties = parties
        self.limits = limits
        self.mode = mode
        self.generation = generation
        self.watch = watch or WatchLists()
        self._watched: tuple[KnownValues, ...] = (self.watch,) if self.watch else ()
        self._alike: dict[_Seldom, Decision] = {}
        self._stage = stage  # called with the name of each stage: tests inject faults here
        self._needs_tree = frozenset(rule.id for rule in rules.rules if asks_for_more(rule))
        self._reads_answers = any(branch.direction == "response" for rule in rules.rules for branch in rule.branches)
        self._floor = min((rule.data.least for rule in rules.rules if rule.data), default=Confidence.LIKELY)

    # ------------------------------------------------------------------ before a body

    def connect(self, host: str, port: int, ctx: Context) -> ConnectVerdict:
        """Before any contact with the origin. Every connection is opened and looked into."""
        if not host or not 0 < port < 65536:
            return ConnectVerdict("refuse", "authority")
        return ConnectVerdict("intercept")

    def head(self, message: Message, ctx: Context) -> HeadVerdict:
        """From the head alone: whether the body is needed. Never raises."""
        try:
            _match, facts = self._facts(message, ctx)
            if self._concerns(facts) or self._may_be_telling(message, facts):
                return HeadVerdict("need_body", self.limits.body)
            return HeadVerdict("stream", 0, self._untouched(facts, self._observed(message, ctx)))
        except Exception:
            # a fault here must not let a body stream past: with the body at hand `inspect` decides, and fails closed
            return HeadVerdict("need_body", self.limits.body)

    def wants_response(self, message: Message, ctx: Context) -> bool:
        """Whether the answer to this request has to be inspected too."""
        if not self._reads_answers:
            return False
        try:
            return self.rules.wants_response(self._facts(message, ctx)[1])
        except Exception:
            return True

    def party(self, message: Message, ctx: Context) -> Party:
        """Who receives it, as `inspect` would say. Never raises."""
        try:
            return self._facts(message, ctx)[1].party
        except Exception:
            return Party.TRACKER  # until it is known who receives this, the strictest

    # ------------------------------------------------------------------ the decision

    def inspect(self, message: Message, ctx: Context) -> Decision:
        """The decision for a whole message. Never raises."""
        match: Match | None = None
        party = Party.TRACKER  # until it is known who receives this, the strictest
        facts: Facts | None = None
        try:
            self._stage("facts")
            match, facts = self._facts(message, ctx)
            party = facts.party
            return self._inspect(message, ctx, match, facts)
        except Exception:
            # the reason is constant: an exception's text may hold a value
            return self._failed(message, match, party, facts)

    def read(self, message: Message, ctx: Context) -> Reading | None:
        """What stands in a message to a tracker, without a decision: for models that are learned from traffic."""
        match, facts = self._facts(message, ctx)
        if match is None:
            return None
        tree = Tree(message, self.limits)
        roles = leaf_roles(tree, match)
        found = detect(tree.leaves, tree.wholes, roles, Confidence.POSSIBLE, self._known(facts, ctx))
        return Reading(match, tree, roles, found)

    def _inspect(self, message: Message, ctx: Context, match: Match | None, facts: Facts) -> Decision:
        seen = self._observed(message, ctx)
        if not self._concerns(facts):
            return self._untouched(facts, seen)
        self._stage("decode")
        known = self._known(facts, ctx)
        calm = self._quiet(message, match, facts, known)
        if calm is not None:
            return self._untouched(facts, seen, calm)
        tree = Tree(message, self.limits)
        # refused whatever stands in the part that was read: searching it may cost more than reading it did
        refused = tree.exhausted and self.rules.uninspectable[facts.party] == "block"
        roles = leaf_roles(tree, match) if match is not None and not refused else {}
        if not refused:
            mark_opaque(tree, roles, self.catalogue, self.limits)
        if facts.party is Party.TRACKER:
            facts = facts.with_pages(payload_pages(tree.leaves, tree.wholes, roles))
        shut = tuple(tree.uninspectable) + _missing_body(message)
        self._stage("detect")
        found = () if refused else detect(tree.leaves, tree.wholes, roles, self._floor, known)
        findings = tuple(finding for finding in found if not is_stand_in(finding.value))
        relevant = self.rules.relevant(facts)
        shown = tree.leaves if any(asks_what_was_shown(rule, bool(findings)) for rule in relevant) else ()
        role_hits = tuple(hit for hit in roles_of(shown, roles) if not is_stand_in(hit.value))
        self._stage("policy")
        judged = tuple(reason for reason in shut if reason.reason != "absent")
        asked = plan(self.rules, facts, findings, role_hits, judged, self.mode, relevant)
        decision = Decision(
            asked.verdict,
            Effect.FORWARD,
            facts.party,
            facts.tracker,
            asked.matches,
            findings,
            role_hits,
            tree.coverage(),
            shut,
            observations=seen,
            page=known_by(facts.pages),
            page_url=best_address(facts.pages),
            page_classes=self._page_classes(facts),
        )
        if asked.verdict is Verdict.BLOCK:
            return self._blocked(message, match, decision)
        if asked.redactions or asked.keep is not None:
            return self._redacted(message, match, decision, tree, asked)
        return decision

    def _redacted(self, message: Message, match: Match | None, decision: Decision, tree: Tree, asked: Plan) -> Decision:
        try:
            self._stage("edit")
            asked_for = changes_of(tree, asked)
            if not asked_for.changes:
                kept = asked.keep.rules if asked.keep is not None else frozenset[str]()
                return replace(decision, rules=tuple(rule for rule in decision.rules if rule.rule not in kept))
            rewritten = tree.rewrite(asked_for.changes)
        except Exception as error:
            # a rule wants something taken out: whoever receives it, it does not leave because an edit failed
            reason = f"splice:{error}" if isinstance(error, SpliceFailed) else "splice"
            return self._residual(message, match, decision, Uninspectable(reason, ""))
        self._stage("verify")
        values = searchable(asked_for.removed)
        edits = rewritten.edits
        after = _as_message(message, rewritten)
        left = remains(after, values, self.limits)
        for _ in range(_ROUNDS):
            if left is None:
                break
            try:
                rewritten = left.tree.rewrite(changes_again(left.places, asked))
            except Exception:
                break  # told as what is left
            edits += rewritten.edits
            after = _as_message(message, rewritten)
            left = remains(after, values, self.limits)
        if left is not None:
            return self._residual(message, match, decision, Uninspectable("residual", left.where))
        if self._became_unreadable(after, match, decision):
            return self._residual(message, match, decision, Uninspectable("splice:unreadable", ""))
        if message.kind is Kind.WS_OUT and after.target != message.target:
            return self._residual(message, match, decision, Uninspectable("splice:target", ""))
        outgoing = Outgoing(after.url, after.target, after.headers, after.body.data)
        return replace(
            decision,
            verdict=Verdict.REDACT,
            effect=Effect.FORWARD_EDITED,
            outgoing=outgoing,
            edits=edits,
            became=asked_for.became,
        )

    def _became_unreadable(self, after: Message, match: Match | None, decision: Decision) -> bool:
        """Whether an edit made bytes that nobody can look into out of some that could be: then nothing is proved.

        Text stays text. Bytes in an old charset may be too few for one after an edit.
        """
        data = after.body.data or b""
        try:
            data.decode()
        except UnicodeDecodeError:
            tree = Tree(after, self.limits)
            mark_opaque(tree, leaf_roles(tree, match) if match is not None else {}, self.catalogue, self.limits)
            before = {shut.reason for shut in decision.uninspectable}
            return any(shut.reason not in before for shut in tree.uninspectable)
        return False

    def _known(self, facts: Facts, ctx: Context) -> tuple[KnownValues, ...]:
        """What a third party must not be told: the watch lists, and what the page's site showed this client, or any
        site when none is known.

        The site itself, its own other hosts and its processors know these values anyway.
        """
        if facts.party not in (Party.TRACKER, Party.UNKNOWN):
            return ()
        watched = (*self._watched, *ctx.watched)
        if not ctx.shown:
            return watched
        if not facts.page_site:
            return (*watched, *ctx.shown.values())
        shown = ctx.shown.get(facts.page_site)
        return watched if shown is None else (*watched, shown)

    def _quiet(
        self, message: Message, match: Match | None, facts: Facts, known: Sequence[KnownValues] = ()
    ) -> Coverage | None:
        """The coverage of a message in which no detector could find anything and no rule asks for more, or None."""
        if message.body.data is None or message.body.fidelity in (Fidelity.ABSENT, Fidelity.TRUNCATED):
            return None
        recorded = match is not None and match.has_role("recording")
        outline = skim(message, self.limits, tells_recorded if recorded else tells)
        if outline is None or not is_quiet(outline, match is not None and _takes_hashes(match)):
            return None
        if known and holds_known(outline.texts, known):
            return None
        if match is not None and outline.addresses:
            claimed = tuple(
                PageCandidate(url, PageSource.PAYLOAD)
                for chain, url in outline.addresses
                if match.role(chain) == "page-url"
            )
            if claimed:
                facts = facts.with_pages(claimed[:4])
        if any(rule.id in self._needs_tree for rule in self.rules.relevant(facts)):
            return None
        scanned = sum([len(text) for text in outline.texts])
        return Coverage(max(0, outline.size - scanned), scanned, 0)

    # ------------------------------------------------------------------ outcomes

    def _untouched(self, facts: Facts, seen: tuple[Observation, ...], coverage: Coverage = _NO_COVERAGE) -> Decision:
        """No rule is about this message. Most such decisions are alike, so that one stands for all of them."""
        key = (facts.party, facts.tracker, facts.pages, facts.private_pages)
        found = self._alike.get(key) if not seen and coverage is _NO_COVERAGE else None
        if found is not None:
            return found
        found = Decision(
            Verdict.ALLOW,
            Effect.FORWARD,
            facts.party,
            facts.tracker,
            (),
            (),
            (),
            coverage,
            observations=seen,
            page=known_by(facts.pages),
            page_url=best_address(facts.pages),
            page_classes=self._page_classes(facts),
        )
        if not seen and coverage is _NO_COVERAGE:
            if len(self._alike) >= _ALIKE:
                self._alike.clear()
            self._alike[key] = found
        return found

    def _page_classes(self, facts: Facts) -> tuple[str, ...]:
        return self.rules.page_classes(facts) if facts.party in THIRD_PARTIES else ()

    def _blocked(self, message: Message, match: Match | None, decision: Decision) -> Decision:
        return replace(
            decision, verdict=Verdict.BLOCK, effect=Effect.ANSWER, answer=self._answer(message, match, decision)
        )

    def _residual(self, message: Message, match: Match | None, decision: Decision, reason: Uninspectable) -> Decision:
        """What a rule forbids could not be taken out: it does not leave, whoever receives it."""
        note = RuleMatch(UNINSPECTABLE, "enforce", "block", "high", "a value could not be taken out safely")
        shut = (*decision.uninspectable, reason)
        return self._blocked(message, match, replace(decision, rules=(*decision.rules, note), uninspectable=shut))

    def _failed(self, message: Message, match: Match | None, party: Party, facts: Facts | None) -> Decision:
        action = self.rules.uninspectable.get(party, "block")
        if self.mode == "report" and action == "block":
            action = "report"
        note = RuleMatch(UNINSPECTABLE, "enforce", action, "high", "the engine failed on this message")
        decision = Decision(
            Verdict.REPORT if action == "report" else Verdict.ALLOW,
            Effect.FORWARD,
            party,
            facts.tracker if facts else None,
            (note,),
            uninspectable=(Uninspectable("internal", ""),),
        )
        return self._blocked(message, match, decision) if action == "block" else decision

    def _answer(self, message: Message, match: Match | None, decision: Decision) -> Answer:
        rules = tuple(rule.rule for rule in decision.rules if rule.action == "block")
        surrogate = match.surrogate if match is not None else "by-destination"
        try:
            return answer_for(message, surrogate, rules, match.tracker.name if match is not None else "")
        except Exception:
            return _REFUSAL  # `_failed` ends here too, so there is nowhere left to fail to

    # ------------------------------------------------------------------ facts

    def _concerns(self, facts: Facts) -> bool:
        return facts.party is Party.TRACKER or bool(self.rules.relevant(facts))

    def _may_be_telling(self, message: Message, facts: Facts) -> bool:
        """Whether the body of a request could show that a tracker receives it."""
        asks = message.kind is Kind.REQUEST and facts.party is Party.UNKNOWN
        return asks and self.catalogue.needs_body(message.host, message.method, message.target, facts.page_site)

    def _facts(self, message: Message, ctx: Context) -> tuple[Match | None, Facts]:
        pages = page_candidates(message, ctx)
        site = page_site(pages)
        body = message.body.data or b"" if message.kind is Kind.REQUEST else b""
        match = self.catalogue.match(message.host, message.method, message.target, site, body)
        party = self.parties.classify(message.host, site, match)
        path, _, query = message.target.decode("utf-8", "replace").partition("?")
        inward = message.kind is Kind.RESPONSE or message.kind is Kind.WS_IN
        return match, Facts(
            message.host, message.port, message.scheme, message.method, path, party,
            match.ref if match is not None else None, "response" if inward else "request", message.kind,
            pages, site, ctx.client, ctx.now, ctx.private_pages, query,
        )  # fmt: skip

    def _observed(self, message: Message, ctx: Context) -> tuple[Observation, ...]:
        seen = document_navigation(message)
        return () if seen is None else (Observation("navigation", ctx.client, *seen, ctx.now.timestamp()),)


def _takes_hashes(match: Match) -> bool:
    return match.has_role("identity-hash")


def _missing_body(message: Message) -> tuple[Uninspectable, ...]:
    if message.body.fidelity is Fidelity.ABSENT:
        return (Uninspectable("absent", "body"),)
    if message.body.fidelity is Fidelity.TRUNCATED:
        return (Uninspectable("truncated", "body"),)
    return ()


def _as_message(message: Message, rewritten: Rewritten) -> Message:
    body = message.body._replace(data=rewritten.body)
    return replace(message, target=rewritten.target, headers=rewritten.headers, body=body)
