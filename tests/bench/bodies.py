"""Bodies for the rows of the codecs: the same product events in every encoding, with five names of files in them."""

from __future__ import annotations

import json
import random
import struct
from typing import Any
from urllib.parse import quote_plus
from xml.sax.saxutils import escape

from tests.bench.samples import clean_event

HITS = 5
NEW = "Document 1.xlsx"
DELIMITER = "----WebKitFormBoundaryq7Zt2mLp0xVd4Rsa"


def planted(number: int) -> str:
    return f"Redundancy list Q2 (draft) {number}.xlsx"


PLANTS = tuple(planted(number) for number in range(HITS))


def events(size: int) -> list[dict[str, Any]]:
    """Events that take about `size` bytes as JSON; five of them, at equal distances, name a file."""
    one = clean_event()
    count = max(HITS, round(size / (len(one) + 1)))
    out: list[dict[str, Any]] = [json.loads(one) for _ in range(count)]
    dice = random.Random(7)  # ids differ from event to event, or the whole would pack to almost nothing
    for event in out:
        event["messageId"] = f"ajs-next-{dice.randrange(10**12)}-{dice.randbytes(6).hex()}"
        event["anonymousId"] = dice.randbytes(16).hex()
        event["timestamp"] = f"2024-05-02T07:{dice.randrange(60):02}:{dice.randrange(60):02}.{dice.randrange(1000):03}Z"
        event["properties"]["sku"] = f"LMP-{dice.randrange(10**4)}"
        event["properties"]["price"] = dice.randrange(10**5) / 100
        event["properties"]["position"] = dice.randrange(100)
    for number, plant in enumerate(PLANTS):
        out[number * count // HITS]["properties"]["file_name"] = plant
    return out


def document(size: int) -> str:
    return json.dumps({"batch": events(size), "sentAt": "2024-05-02T07:12:41.500Z"}, separators=(",", ":"))


def lines(size: int) -> str:
    return "\n".join(json.dumps(event, separators=(",", ":")) for event in events(size))


def pairs(size: int) -> list[tuple[str, str]]:
    """The leaves of such events as pairs, as many as take about `size` characters as a form."""
    flat: list[tuple[str, str]] = []
    for event in events(size):
        _flatten("", event, flat)
    clean = [pair for pair in flat if pair[1] not in PLANTS]
    out: list[tuple[str, str]] = []
    spent = found = 0
    while spent < size or found < HITS:
        if found < HITS and spent * HITS >= found * size:
            pair = ("properties_file_name", PLANTS[found])
            found += 1
        else:
            pair = clean[len(out) % len(clean)]
        out.append(pair)
        spent += len(quote_plus(pair[0])) + len(quote_plus(pair[1])) + 2
    return out


def _flatten(prefix: str, value: Any, out: list[tuple[str, str]]) -> None:
    if isinstance(value, dict):
        for key, member in value.items():
            _flatten(f"{prefix}_{key}" if prefix else key, member, out)
    elif isinstance(value, list):
        for member in value:
            _flatten(prefix, member, out)
    else:
        out.append((prefix, str(value)))


def form(size: int) -> str:
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs(size))


def multipart(size: int) -> bytes:
    out = b"".join(
        f'--{DELIMITER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs(size * 2 // 5)  # what stands around each value takes more than the value
    )
    return out + f"--{DELIMITER}--\r\n".encode()


def page(size: int) -> str:
    """Markup, as session replays and copied pages have it."""
    out = ["<!DOCTYPE html><html><body><table>\n"]
    spent = found = 0
    while spent < size or found < HITS:
        text = "Brass lamps &amp; shades, made to order"
        if found < HITS and spent * HITS >= found * size:
            text = PLANTS[found]
            found += 1
        row = (
            f'<tr class="row-{spent % 7}"><td><a href="/lamps/{spent}" data-id="{spent}">{text}</a></td>'
            "<td>41.90&nbsp;&euro;</td></tr>\n"
        )
        out.append(row)
        spent += len(row)
    return "".join([*out, "</table></body></html>"])


def xml(size: int) -> str:
    """A document of elements with an attribute and a text each."""
    rows = "".join(f'<p name="{name}">{escape(value)}</p>\n' for name, value in pairs(size * 3 // 4))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<batch>{rows}</batch>'


def prose(
    size: int, words: str = "Brass lamps and shades, made to order in the workshop; see the drawing beside. "
) -> str:
    """Text without structure, for encodings of one value."""
    text = (words * (size // len(words) + 1))[:size]
    for number, plant in enumerate(PLANTS):
        at = number * size // HITS + 20
        text = text[:at] + plant + text[at + len(plant) :]
    return text


# ---------------------------------------------------------------------- protobuf


def message(value: Any) -> bytes:
    """A value as a protobuf message: members are fields 1, 2, 3 …, elements repeat a field."""
    members = list(value.values()) if isinstance(value, dict) else value
    return b"".join(
        _field(number if isinstance(value, dict) else 1, member) for number, member in enumerate(members, 1)
    )


def _field(number: int, value: Any) -> bytes:
    if isinstance(value, bool | int):
        return _varint(number << 3) + _varint(int(value))
    if isinstance(value, float):
        return _varint(number << 3 | 1) + struct.pack("<d", value)
    payload = value.encode() if isinstance(value, str) else message(value)
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))
