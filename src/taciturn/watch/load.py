"""The lists that a configuration names, read: those of plain text into one index, each compiled one beside it."""

from __future__ import annotations

from collections.abc import Iterable

from taciturn.errors import Problem
from taciturn.watch.compiled import open_compiled
from taciturn.watch.lists import ListBuilder, ListCount, Part, TooManyLabels, WatchLists
from taciturn.watch.sources import ListSource, SourceProblem, read_names, read_values


def filled(source: ListSource) -> tuple[ListBuilder, ListCount]:
    """One list of plain text in a builder of its own, for compiling.

    Raises:
        SourceProblem: it cannot be read.
        TooManyLabels: it holds more data types than can be told apart.
    """
    builder = ListBuilder()
    left_out, note = _fill(builder, source)
    count = next(iter(builder.counts()), ListCount(source.name, 0))
    return builder, count._replace(too_short=count.too_short + left_out, note=note)


def _fill(builder: ListBuilder, source: ListSource) -> tuple[int, str]:
    """(how many names say nothing, what there is to say besides)"""
    if source.folder is None:
        for value in read_values(source):
            builder.add(value, source.name, source.kind, source.calling_code)
        return 0, ""
    names, common, bound = read_names(source.folder)
    for name in names:
        builder.add(name, source.name, source.kind or "file.name")
    return common, "and more names than are read" if bound else ""


def load_lists(sources: Iterable[ListSource], problems: list[Problem]) -> WatchLists:
    """The lists; what cannot be read is put into `problems`, with its place and never with a value."""
    builder = ListBuilder()
    parts: list[Part] = []
    counts: list[ListCount] = []
    besides: dict[str, tuple[int, str]] = {}
    for source in sources:
        try:
            if source.path is not None and source.compiled:
                part, count = open_compiled(source.path, source.name)
                parts.append(part)
                counts.append(count)
            else:
                besides[source.name] = _fill(builder, source)
        except SourceProblem as problem:
            problems.append(_located(source, problem))
        except TooManyLabels:
            what = "more watch lists and data types than can be told apart (256)"
            problems.append(Problem(*source.place, what, "join some of them"))
            break
    own = builder.counts()
    if own:
        parts.insert(0, builder.part())
    by_name = {count.name: count for count in own}
    for name, (left_out, note) in besides.items():
        count = by_name.get(name, ListCount(name, 0))
        by_name[name] = count._replace(too_short=count.too_short + left_out, note=note)
    return WatchLists(tuple(parts), (*by_name.values(), *counts))


def _located(source: ListSource, problem: SourceProblem) -> Problem:
    path = source.path or source.folder
    if problem.line and path is not None:
        return Problem(str(path), problem.line, 0, f"watch list `{source.name}` {problem.what}", problem.mend)
    where = f" ({path})" if path is not None else ""
    return Problem(*source.place, f"watch list `{source.name}`{where} {problem.what}", problem.mend)
