"""Google's list of user data: a version, then `~` and pairs with a dot, each value in base64url: `tv.1~em.…~pn0.…`.

The values are hashes as a rule, and a list of nothing else stays one text, which the detectors read. It is opened when
a value is text: then each one is a field under its own name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_bytes, to_text
from taciturn.codec.texts import as_text, changed_text
from taciturn.limits import Fuel

START = "tv.1~"
_LIST = re.compile(r"tv\.1(?:~[a-z]{2,4}\d{0,2}\.[A-Za-z0-9_-]*={0,2}){1,40}")
_PAIR = re.compile(r"~([a-z]{2,4}\d{0,2})\.([A-Za-z0-9_-]*)={0,2}")


class Tildes:
    name = "tildes"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if _LIST.fullmatch(text) is None:
            return None
        fields: list[Field] = []
        places: list[tuple[int, int, bool]] = []  # start and end of a value, whether it is base64 of text
        for pair in _PAIR.finditer(text):
            inner = _text(pair[2])
            fields.append(Field(f"~{pair[1]}", pair[1], pair[2] if inner is None else inner))
            places.append((*pair.span(2), inner is not None))
        if not any(is_text for _, _, is_text in places):
            return None
        fuel.spend_nodes(len(fields))
        return Opened(fields, state=places)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        places = opened.state
        assert isinstance(places, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            start, end, is_text = places[index]
            new = "" if isinstance(change, Drop) else changed_text(opened.fields[index].value, change)
            edits.append(SpanEdit(start, end, _encoded(new) if is_text else new))
        return edits


def _text(run: str) -> str | None:
    """The text of a value; None for a hash, and for what is no base64 of text that could be written as it was."""
    if len(run) < 4 or len(run) % 4 == 1:
        return None
    inner = as_text(base64.urlsafe_b64decode(run + "=" * (-len(run) % 4)))
    return inner if inner is not None and inner.isprintable() and _encoded(inner) == run else None


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(to_bytes(text)).decode("ascii").rstrip("=")


TILDES = Tildes()
