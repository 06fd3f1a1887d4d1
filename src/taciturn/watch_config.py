"""The `watch` section of a configuration: YAML -> the sources of watch lists. Nothing is read from them here.

No error shows a value: what stands under `values` is taken as written, whatever YAML would make of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from taciturn.errors import Problem
from taciturn.model.datatype import DATA_TYPES, ROLES
from taciturn.rules import Reader
from taciturn.rules.yamldoc import suggest
from taciturn.watch.sources import ListSource

WATCH_KEYS = ("files", "directory", "values", "kinds", "calling_code")
FILE_KEYS = ("path", "column", "name", "kind", "calling_code")
KINDS = tuple(kind for kind in DATA_TYPES if kind not in ROLES)
OWN = "values"  # the name of the list that stands in the configuration itself
_NAME = re.compile(r"[\w][\w .-]{0,63}")
_CODE = re.compile(r"\+?([1-9][0-9]{0,3})")


def read_watch(reader: Reader, node: Node, base: Path) -> tuple[ListSource, ...]:
    """The lists, in the order in which they are asked. Paths are relative to `base`, `~` is the user's home."""
    found = reader.mapping(node, "watch", WATCH_KEYS)
    sources: list[ListSource] = []
    if "values" in found:
        sources.append(_own(reader, found["values"]))
    if "files" in found:
        sources += [_file(reader, part, base) for part in _listed(reader, found["files"], "watch.files")]
    if "directory" in found:
        sources += [
            ListSource(path.name or "files", folder=path, place=_place(reader, word.node))
            for word in reader.words(found["directory"], "watch.directory")
            for path in [_path(word.text, base)]
        ]
    if isinstance(node, MappingNode) and not sources:
        reader.wrong(node, "watch names no list", "give `files`, `directory` or `values`")
    if "calling_code" in found:
        code = _code(reader, found["calling_code"])
        sources = [replace(source, calling_code=source.calling_code or code) for source in sources]
    kinds = _kinds(reader, found["kinds"], [source.name for source in sources]) if "kinds" in found else {}
    _check_names(reader, sources)
    return tuple(replace(source, kind=kinds.get(source.name, source.kind)) for source in sources)


def _listed(reader: Reader, node: Node, what: str) -> list[Node]:
    return [node] if isinstance(node, ScalarNode) else reader.items(node, what)


def _own(reader: Reader, node: Node) -> ListSource:
    values: list[str] = []
    for part in _listed(reader, node, "watch.values"):
        if isinstance(part, ScalarNode):
            values.append(str(part.value))
        else:
            reader.wrong(part, "watch.values: a value must be a text", "put it in quotes")
    return ListSource(OWN, values=tuple(values), place=_place(reader, node))


def _file(reader: Reader, node: Node, base: Path) -> ListSource:
    """`list.txt`, `list.csv#column`, or a map."""
    if not isinstance(node, MappingNode):
        text, _, column = reader.word(node, "watch.files").partition("#")
        path = _path(text, base)
        return ListSource(path.stem, path, column, place=_place(reader, node))
    found = reader.mapping(node, "a watch list", FILE_KEYS, required=("path",))
    path = _path(reader.word(found["path"], "path"), base) if "path" in found else base
    name = reader.word(found["name"], "name") if "name" in found else path.stem
    if "name" in found and name and not _NAME.fullmatch(name):
        reader.wrong(found["name"], "a list's name: letters, digits, spaces, `.`, `-` and `_`, at most 64")
    return ListSource(
        name,
        path,
        reader.word(found["column"], "column") if "column" in found else "",
        kind=_kind(reader, found["kind"]) if "kind" in found else "",
        calling_code=_code(reader, found["calling_code"]) if "calling_code" in found else "",
        place=_place(reader, node),
    )


def _path(text: str, base: Path) -> Path:
    return base / Path(text).expanduser()


def _kinds(reader: Reader, node: Node, names: list[str]) -> dict[str, str]:
    """Name of a list -> its data type."""
    out: dict[str, str] = {}
    for name, (key, value) in reader.pairs(node, "watch.kinds").items():
        if name not in names:
            reader.wrong(key, f"watch.kinds: there is no list `{name}`", suggest(name, names))
        out[name] = _kind(reader, value)
    return out


def _kind(reader: Reader, node: Node) -> str:
    return reader.choice(node, "the data type of a watch list", KINDS)


def _code(reader: Reader, node: Node) -> str:
    found = _CODE.fullmatch(str(node.value)) if isinstance(node, ScalarNode) else None
    if found is None:
        reader.wrong(node, "calling_code must be a country's calling code", 'write it as "+49"')
    return found[1] if found is not None else ""


def _check_names(reader: Reader, sources: list[ListSource]) -> None:
    for source in _repeated(sources):
        what = f"there is another watch list called `{source.name}`"
        reader.problems.append(Problem(*source.place, what, "give one of them a name: {path: ..., name: ...}"))


def _repeated(sources: list[ListSource]) -> Iterator[ListSource]:
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            yield source
        seen.add(source.name)


def _place(reader: Reader, node: Node) -> tuple[str, int, int]:
    return reader.file, node.start_mark.line + 1, node.start_mark.column + 1
