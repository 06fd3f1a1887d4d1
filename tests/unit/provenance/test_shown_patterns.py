"""What finds values grows with them: nothing is lost by it, and what is gone is found no more."""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from taciturn.limits import Remembered
from taciturn.model.safe import SafeUrl
from taciturn.provenance import Lesson, Store, Value
from taciturn.provenance.matcher import Matcher
from taciturn.provenance.patterns import Patterns

SITE = "tarnhollow.example"
NAMES = [
    f"{colour} {bird}" for colour in ("Blue", "Copper", "Quiet") for bird in ("heron", "lantern", "meadow", "orchard")
]
MAILS = ["a.lind@gmail.com", "alind@gmail.com", "ada@letters.example"]
LESSONS = st.tuples(
    st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=5),
    st.lists(st.sampled_from(MAILS), max_size=2),
    st.lists(st.sampled_from(NAMES), max_size=1),
    st.sampled_from(["https://a.example/one", "https://a.example/two", "https://a.example/{*}"]),
)
TEXTS = [*NAMES, *MAILS, "the blue heron of quiet meadow orchard"]
HASHES = [hashlib.sha256(text.lower().encode()).hexdigest() for text in (*NAMES, *MAILS)]


@settings(max_examples=150, deadline=None)
@given(st.lists(LESSONS, min_size=1, max_size=12))
def test_values_that_came_one_after_the_other_are_found_as_if_they_had_come_at_once(lessons: list[object]) -> None:
    store = Store(b"k", Remembered(values=7, sites=4, total=40, common=3, age=1000))
    texts = [*TEXTS, *HASHES]
    for at, (names, mails, common, source) in enumerate(lessons):  # type: ignore[misc]
        values = [Value("file.name", name, weak) for name, weak in names]
        values += [Value("person.email", mail) for mail in mails]
        store.add("c", SITE, Lesson(tuple(values), tuple(common), SafeUrl(source)), at)
        kept = store.shown("c", at).get(SITE)
        if kept is not None:
            assert isinstance(kept, Matcher)
            entries = sorted(kept.entries(), key=lambda entry: entry.order)
            assert kept.find(texts) == Matcher.of(entries, b"k").find(texts)


def test_parts_are_few_and_what_is_gone_leaves_them() -> None:
    patterns = Patterns()
    kept: dict[str, object] = {}
    for at in range(400):
        new = {f"value {at} {number}": (b"%d-%d" % (at, number),) for number in range(25)}
        kept.update(new)
        for text in list(kept)[:-3000]:
            del kept[text]
        patterns.add(new.items(), kept)
    found = {text for part in patterns.parts for text in part.texts}
    assert kept.keys() <= found
    assert len(found) <= 2 * len(kept)
    assert len(patterns.parts) <= 16
    assert all(len(part.texts) <= 1000 for part in patterns.parts)
    assert [text for part in patterns.parts for text in part.hashed(b"399-7")] == ["value 399 7"]


def test_value_with_other_hashes_is_found_by_them() -> None:
    patterns = Patterns()
    patterns.add([("blue heron", (b"1",))], {"blue heron": None})
    patterns.add([("blue heron", (b"2",))], {"blue heron": None})
    assert {text for part in patterns.parts for text in part.hashed(b"2")} == {"blue heron"}
