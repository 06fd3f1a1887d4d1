"""Of which described pages a message is: asked for every message, and only where somebody described pages.

Pages are known as they are to the engine: by what the recorder says, a full Referer, the last navigation, redirects;
an origin alone leaves "unknown" where a pattern names that site. A document is of the page that it becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from taciturn.adapters.report.contacts import In
from taciturn.engine import Engine
from taciturn.model.decision import Party
from taciturn.model.facts import Context, Facts
from taciturn.model.message import Kind, Message, PageCandidate, PageSource
from taciturn.pages import document_navigation, page_candidates, page_site
from taciturn.rules.rule import NO, YES

_NEVER = datetime.min.replace(tzinfo=UTC)
Test = Callable[[Facts], int]
_REMEMBERED = 512  # sets of candidates: messages of one page follow each other


def scopes_of(engine: Engine, classes: bool = False) -> Callable[[Message, Context], tuple[In, ...]] | None:
    """The scopes of a policy: those of its assertions, in their order, then on demand its page classes in the order of
    `class_names`. None where there are none, so that nobody asks."""
    tests = [assertion.test for assertion in engine.rules.assertions]
    if classes:
        tests += [engine.rules.classes[name].test for name in class_names(engine)]
    return PageScopes(tests).of if tests else None


def class_names(engine: Engine) -> list[str]:
    return sorted(engine.rules.classes)


class PageScopes:
    """Scopes in their order; `of` gives the numbers of those that a message's page is of, or may be of."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tuple(tests)
        self._found = lru_cache(_REMEMBERED)(self._find)

    def of(self, message: Message, context: Context) -> tuple[In, ...]:
        pages = page_candidates(message, context)
        document = document_navigation(message)
        if document is not None:
            pages = (PageCandidate(document[1], PageSource.NAVIGATION),)
        return self._found(pages, context.private_pages)

    def _find(self, pages: tuple[PageCandidate, ...], private: frozenset[str]) -> tuple[In, ...]:
        facts = _facts(pages, private)
        return tuple(In(index, said == YES) for index, test in enumerate(self._tests) if (said := test(facts)) != NO)


def _facts(pages: tuple[PageCandidate, ...], private: frozenset[str]) -> Facts:
    """Facts that tell of the page alone: nothing else is asked."""
    return Facts(
        "", 0, "", "", "", Party.UNKNOWN, None, "request", Kind.REQUEST, pages, page_site(pages), "", _NEVER, private
    )
