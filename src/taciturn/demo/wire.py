"""What goes over the wire of the demo: a request as it arrived, and an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer: of a receiver, or, seen by the client, of whoever answered."""

    status: int
    media_type: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Received:
    """A request as a receiver got it."""

    method: str
    host: str
    target: str  # path and query, exactly as in the request line
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def raw(self) -> bytes:
        """Everything of it in one piece, for a search."""
        lines = [f"{self.method} {self.target}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join(lines).encode("latin-1", "replace") + b"\n\n" + self.body
