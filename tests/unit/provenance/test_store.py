"""What is kept: so many values, so long, by client and site, the newest; and what everybody is shown is not."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterable

from taciturn.limits import REMEMBERED, Remembered
from taciturn.model.safe import SafeUrl
from taciturn.provenance import Lesson, Store, Value

SITE = "tarnhollow.example"
SMALL = Remembered(values=3, sites=4, total=8, common=2, age=100)


def lesson(
    *names: str, source: str = "https://a.example/one", weak: bool = False, common: Iterable[str] = ()
) -> Lesson:
    return Lesson(tuple(Value("file.name", name, weak) for name in names), tuple(common), SafeUrl(source))


def known(store: Store, client: str = "c", now: float = 0.0) -> dict[str, list[str]]:
    """By site, which of the usual names are found."""
    texts = ["Blue heron", "Copper lantern", "Quiet meadow", "Winter orchard", "Harbour ledger"]
    return {
        site: [texts[place.text] for place in values.find(texts)] for site, values in store.shown(client, now).items()
    }


def test_values_are_kept_by_client_and_site() -> None:
    store = Store(b"k")
    store.add("one", "a.example", lesson("Blue heron"), 0)
    store.add("one", "b.example", lesson("Quiet meadow"), 0)
    store.add("two", "a.example", lesson("Winter orchard"), 0)
    assert known(store, "one") == {"a.example": ["Blue heron"], "b.example": ["Quiet meadow"]}
    assert known(store, "two") == {"a.example": ["Winter orchard"]}
    assert known(store, "three") == {}


def test_newest_values_of_a_site_are_kept() -> None:
    store = Store(b"k", SMALL)
    store.add("c", SITE, lesson("Blue heron", "Copper lantern", "Quiet meadow"), 0)
    store.add("c", SITE, lesson("Blue heron", "Winter orchard"), 1)
    assert known(store) == {SITE: ["Blue heron", "Quiet meadow", "Winter orchard"]}
    assert len(store) == 3


def test_site_that_was_silent_longest_is_forgotten_first() -> None:
    store = Store(b"k", SMALL)
    for at, name in enumerate(("a", "b", "c", "d")):
        store.add("c", name, lesson("Blue heron"), at)
    store.add("c", "a", lesson("Quiet meadow"), 5)
    store.add("other", "e", lesson("Blue heron"), 6)
    assert sorted(known(store)) == ["a", "c", "d"]
    assert sorted(known(store, "other")) == ["e"]


def test_values_of_all_are_bounded() -> None:
    store = Store(b"k", SMALL)
    for client in ("one", "two", "three"):
        store.add(client, SITE, lesson("Blue heron", "Copper lantern", "Quiet meadow"), 0)
    assert len(store) == 6
    assert known(store, "one") == {}


def test_values_grow_old() -> None:
    store = Store(b"k", SMALL)
    store.add("c", SITE, lesson("Blue heron"), 0)
    store.add("c", SITE, lesson("Quiet meadow"), 60)
    assert known(store, now=100) == {SITE: ["Blue heron", "Quiet meadow"]}
    assert known(store, now=101) == {SITE: ["Quiet meadow"]}
    assert known(store, now=161) == {}
    assert len(store) == 0


def test_store_that_does_not_forget_only_stops_showing_what_grew_old() -> None:
    store = Store(b"k", SMALL, forgets=False)
    store.add("c", SITE, lesson("Blue heron"), 0)
    assert known(store, now=101) == {}
    assert known(store, now=100) == {SITE: ["Blue heron"]}
    store.add("c", SITE, lesson("Quiet meadow"), 101)
    assert known(store, now=100) == {SITE: ["Quiet meadow"]}


def test_lessons_taken_at_once_are_kept_as_one_after_the_other() -> None:
    names = ("Blue heron", "Copper lantern", "Quiet meadow", "Winter orchard", "Harbour ledger")
    lessons = [
        (name, lesson(names[at % 5], names[at % 3], common=names[at % 4 : at % 4 + at % 2]), at * 11.0)
        for at, name in enumerate("abacbadcabedcba")
    ]
    one, other, elsewhere = Store(b"k", SMALL), Store(b"k", SMALL), Store(b"k", SMALL)
    for start in range(0, len(lessons), 4):
        some = lessons[start : start + 4]
        for site, taught, at in some:
            one.add("c", site, taught, at)
        sent = pickle.loads(pickle.dumps([elsewhere.prepared("c", *taught) for taught in some]))
        other.add_all(sent)
        assert "heron" not in repr(sent)
        now = some[-1][2]
        assert (known(one, now=now), len(one)) == (known(other, now=now), len(other))
    assert known(one, now=150.0)


def test_value_that_is_shown_again_stays_young() -> None:
    store = Store(b"k", SMALL)
    store.add("c", SITE, lesson("Blue heron"), 0)
    store.add("c", SITE, lesson("blue_HERON"), 90)
    assert known(store, now=150) == {SITE: ["Blue heron"]}


def test_what_everybody_is_shown_is_not_kept_whichever_came_first() -> None:
    store = Store(b"k", SMALL)
    store.add("c", SITE, lesson("Blue heron", "Quiet meadow"), 0)
    store.add("c", SITE, lesson(common=["Blue Heron", "Winter orchard"]), 1)
    store.add("c", SITE, lesson("Winter orchard"), 2)
    assert known(store) == {SITE: ["Quiet meadow"]}


def test_texts_for_everybody_are_bounded() -> None:
    store = Store(b"k", SMALL)
    store.add("c", SITE, lesson(common=["Blue heron", "Quiet meadow", "Winter orchard"]), 0)
    store.add("c", SITE, lesson("Blue heron", "Winter orchard"), 1)
    assert known(store) == {SITE: ["Blue heron"]}


def test_title_that_several_pages_repeat_is_the_sites_own() -> None:
    store = Store(b"k")
    for number in range(2):
        store.add("c", SITE, lesson("Blue heron", source=f"https://a.example/{number}", weak=True), number)
    assert known(store) == {SITE: ["Blue heron"]}
    store.add("c", SITE, lesson("Blue heron", source="https://a.example/three", weak=True), 3)
    assert known(store) == {SITE: []}


def test_file_that_several_pages_list_stays_somebodys() -> None:
    store = Store(b"k")
    for number in range(5):
        store.add("c", SITE, lesson("Blue heron", source=f"https://a.example/{number}", weak=number > 0), number)
    assert known(store) == {SITE: ["Blue heron"]}


def test_reader_keeps_what_it_was_given_while_others_write() -> None:
    store = Store(b"k", REMEMBERED)
    store.add("c", SITE, lesson("Blue heron"), 0)
    before = store.shown("c", 0)
    writers = [
        threading.Thread(target=store.add, args=("c", f"{number}.example", lesson("Quiet meadow"), 0))
        for number in range(8)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert list(before) == [SITE]
    assert len(store.shown("c", 0)) == len(store) == 9


def test_store_shows_no_value() -> None:
    store = Store(b"k")
    store.add("c", SITE, lesson("Blue heron"), 0)
    assert "heron" not in repr(store) + repr(vars(store)).lower()
