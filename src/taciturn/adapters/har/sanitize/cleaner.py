"""Takes secrets out of one text, through all layers that it is made of, and leaves every other character alone.

1. A text is opened by the same decode tree as a request to a tracker. What is called a token, has a token's form, or is
   known from elsewhere in the capture, becomes a tag where it stands, and the layers are closed around it again.
2. Scripts and style sheets are not opened: they are searched as text.
3. Personal data are what the policy's detectors find.
4. What cannot be opened although it is something says so: `Shut`. The caller takes all of it out.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence

from taciturn.adapters.har.sanitize.known import Hit, Known
from taciturn.adapters.har.sanitize.names import named, names_client_address
from taciturn.adapters.har.sanitize.shapes import (
    Span,
    columns,
    is_basic,
    is_drawn,
    is_random,
    is_secret,
    may_tell,
    pairs,
    tokens,
)
from taciturn.adapters.har.sanitize.tags import IS_JWT, Tags, is_tag
from taciturn.codec.base import Change, SpanEdit, apply_text, to_text
from taciturn.codec.node import editable
from taciturn.codec.rewrite import SpliceFailed, edits_of_part
from taciturn.codec.tree import Tree
from taciturn.detect import detect
from taciturn.limits import DEFAULT
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Finding
from taciturn.model.leaf import Leaf, Role, ValueKind
from taciturn.model.message import Body, Message
from taciturn.operators.constants import constant

URL, HEADER, SENT, RECEIVED, META = "url", "header", "sent", "received", "meta"
"""Where a text stands: an address, a header, a body or message sent, one received, or the recorder's own words."""

LIMITS = DEFAULT._replace(
    nodes=600_000, layer_in=128 << 20, layer_out=128 << 20, read_total=1 << 30, decoded_total=512 << 20, work=4 << 30,
    total_free=256 << 20, depth=16, head=64 << 20,
)  # fmt: skip
_SHORT, _REMEMBERED = 2048, 40_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = re.compile(r"[A-Za-z]{0,7}|-?[0-9]{1,8}(?:\.[0-9]{1,12})?|[a-z]{1,12}/[a-z0-9.+-]{1,40}")
_SCRIPT = re.compile(r"javascript|ecmascript|^text/css|wasm")
_LISTS = frozenset({"url", "form", "inner-form", "single", "semicolons", "matrix", "pairs", "query", "dashed-form"})
_PLAIN_LAYERS = frozenset({"json", "html", "xml", "url", "form", "semicolons", "ndjson", "lines", "multipart", "pct"})
_DOCUMENTS = frozenset({"json", "html", "xml", "url", "ndjson", "lines", "multipart", "sio", "rs", "envelope"})
_DATA = frozenset({"json", "ndjson", "form", "multipart", "xml", "html", "sio", "msgpack", "protobuf"})
_VALUE_NAMES = frozenset({"value", "content", "val", "data", "v", "data-value", "text"})
_NAME_NAMES = frozenset(
    {"name", "id", "key", "property", "field", "header", "param", "k", "itemprop", "data-name", "type"}
)
_NEAR = 8
_TELLING = frozenset(
    """reset verify verification confirm confirmation activate activation magic magiclink magic-link invite invitation
    invitations unsubscribe token tokens login signin auth share shared s sso callback password-reset reset-password
    verify-email confirm-email session sessions download signed capability join accept passwordless otp key""".split()
)
_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_SLUG = re.compile(r"(?:^|[-_.])[A-Z]?[a-z]{3,}(?=[-_.]|$)")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9]+|[0-9a-f]{6,64}", re.I)
_IP = re.compile(
    r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9.])|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){3,7}[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])|(?:[0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f:]{1,30}"
)
_PICTURE = re.compile(
    r"\s*data:(?:image/(?!svg)|audio/|video/|application/(?:pdf|octet-stream|zip))[^,]{0,80};base64,", re.I
)
_TYPED = frozenset(
    {"location.geo", "location.ip", "person.birthdate", "payment.card", "payment.iban", "person.id_number"}
)
_LEFT_ALONE = frozenset({"file.size", "file.date", "group.member_count", "account.id", "device.id"})


class Shut(ValueError):
    """It is something, and cannot be opened. The message is a constant word."""


class Cleaner:
    """`personal`: take out what the detectors find, too. `known` is set when all values of the capture are known."""

    def __init__(self, tags: Tags, personal: bool = True) -> None:
        self.tags = tags
        self.personal = personal
        self.known: Known | None = None
        self.counts: Counter[str] = Counter()
        # Long texts in which nothing was found, and in which a search of their text is as good as one of their layers.
        self._calm: set[tuple[int, str, str, str]] = set()
        self._plain_layers = True
        self._seen: OrderedDict[tuple[str, str, str, str], tuple[tuple[SpanEdit, ...], tuple[str, ...]]] = OrderedDict()

    def learn(self, known: Known) -> None:
        """From now on these values are taken out wherever they stand."""
        self.known = known
        self._seen.clear()

    def tag(self, kind: str, value: str) -> str:
        self.counts[kind] += 1
        return self.tags.of(kind, value)

    # ------------------------------------------------------------------ texts

    def edits(self, text: str, place: str, name: str = "", mime: str = "") -> Sequence[SpanEdit]:
        """What to change in a text.

        Raises:
            Shut: it cannot be looked into.
        """
        if _NOTHING.fullmatch(text) or is_tag(text):
            return ()
        if len(text) > _SHORT:
            return self._edits(text, place, name, mime)
        key = (text, place, name, mime)
        seen = self._seen.get(key)
        if seen is None:
            before = self.counts.copy()
            found = tuple(self._edits(text, place, name, mime))
            if len(self._seen) >= _REMEMBERED:
                self._seen.popitem(last=False)
            seen = self._seen[key] = (found, tuple((self.counts - before).elements()))
        elif seen[1]:
            self.counts.update(seen[1])
        return seen[0]

    def _edits(self, text: str, place: str, name: str, mime: str) -> Sequence[SpanEdit]:
        if not text.isascii():
            text = _SURROGATE.sub("\ufffd", text)
        calm = (hash(text), place, name, mime) if len(text) > _SHORT else None
        if calm in self._calm and (self.known is None or not self.known.find(text)):
            return ()
        edits = self._found(text, place, name, mime)
        if calm is not None and not edits and self._plain_layers:
            self._calm.add(calm)
        return edits

    def _found(self, text: str, place: str, name: str, mime: str) -> Sequence[SpanEdit]:
        self._plain_layers = True
        if name and (whole := self._by_name(text, name, place, URL if place == URL else "")) is not None:
            return [SpanEdit(0, len(text), whole)]
        if _SCRIPT.search(mime) and place == RECEIVED:
            edits = self._spans(text, [*tokens(text), *pairs(text, True)])
        else:
            edits = self._in_tree(text, place, mime)
        if "csv" in mime or "tab-separated" in mime:
            edits += [edit for edit in self._spans(text, columns(text)) if not _overlaps(edit, edits)]
        # what no layer gave as a field, such as the names of an object, is searched as it is written
        edits += [edit for edit in self._spans(text, tokens(text)) if not _overlaps(edit, edits)]
        return self._with_known(text, edits)

    def data(self, data: bytes, place: str, mime: str) -> bytes:
        """Bytes that are no text, without their secrets.

        Raises:
            Shut: they cannot be looked into.
        """
        tree, root = _opened(data, mime)
        if root.opaque or (root.child is None and not root.text):
            raise Shut("opaque")
        changes = self._changes(tree, place)
        try:
            return data if not changes else tree.rewrite(changes).body or b""
        except SpliceFailed:
            raise Shut("splice") from None

    def _in_tree(self, text: str, place: str, mime: str) -> list[SpanEdit]:
        tree, root = _opened(text.encode("utf-8", "surrogatepass"), mime)
        if root.opaque:
            raise Shut("opaque")
        changes = self._changes(tree, place)
        if not changes:
            layers = {leaf.child.codec.name for leaf in _opened_leaves(tree.leaves) if leaf.child is not None}
            self._plain_layers = layers <= _PLAIN_LAYERS
            return []
        try:
            data, edits = edits_of_part(root, changes)
            if data == text:
                return [SpanEdit(start, end, to_text(new)) for start, end, new in edits]
            return [SpanEdit(0, len(text), (tree.rewrite(changes).body or b"").decode("utf-8", "replace"))]
        except (SpliceFailed, ValueError):
            raise Shut("splice") from None

    def _with_known(self, text: str, edits: list[SpanEdit]) -> list[SpanEdit]:
        """What the layers did not show: values in encodings that no codec opened here."""
        if self.known is None:
            return edits
        edits = sorted(edits)
        for hit in self.known.find(text):
            if not any(edit.start < hit.end and hit.start < edit.end for edit in edits):
                edits.append(SpanEdit(hit.start, hit.end, self._known_tag(text, hit)))
        return edits

    def _known_tag(self, text: str, hit: Hit) -> str:
        kind = self.tags.made.get(hit.value, ("token", ""))[0]
        new = self.tag(kind, hit.value)
        found = text[hit.start : hit.end]
        if not hit.packed and found.lower() == hit.value.encode("utf-8", "surrogatepass").hex():
            return new.encode().hex()
        return new

    # ------------------------------------------------------------------ trees

    def _changes(self, tree: Tree, place: str) -> dict[Leaf, Change]:
        changes: dict[Leaf, Change] = {}
        for parent in _opened_leaves(tree.leaves):
            whole = self._whole(parent, place)
            if whole is not None:
                changes[parent] = [SpanEdit(0, len(parent.data), whole)]
        spans: dict[Leaf, list[SpanEdit]] = {}
        for leaf in tree.leaves:
            if leaf.role is Role.STRUCTURE:
                continue
            if leaf.opaque:
                self._opaque(leaf, changes)
                continue
            found = self._of_leaf(leaf, place)
            if found:
                spans[leaf] = found
        if self.personal and place != HEADER:
            for finding in detect(tree.leaves, tree.wholes, {}, Confidence.LIKELY):
                # in what a server sends, a field called password is as often a label
                if place not in (RECEIVED, META) or not finding.kind.startswith("credential."):
                    self._finding(finding, spans)
        for leaf, edits in spans.items():
            if not editable(leaf):
                raise Shut("structure")
            changes[leaf] = self._one_change(leaf, edits)
        return changes

    def _opaque(self, leaf: Leaf, changes: dict[Leaf, Change]) -> None:
        """What nobody can look into goes, with the nearest layer around it that can be written: a picture in a data:
        address, a file in a form."""
        inner: Leaf | None = leaf
        while inner is not None:
            if isinstance(inner.data, str) and inner.role is Role.VALUE:
                new = "data:," if inner.data[:5].lower() == "data:" else self.tag("unreadable", inner.data)
                changes[inner] = [SpanEdit(0, len(inner.data), new)]
                return
            if inner.node is not None and inner.node.codec.name == "multipart":
                self.counts["unreadable"] += 1
                changes[inner] = [SpanEdit(0, len(inner.data), b"")]
                return
            inner = inner.node.parent if inner.node is not None else None
        raise Shut("opaque")

    def _one_change(self, leaf: Leaf, edits: list[SpanEdit]) -> Change:
        if leaf.kind in (ValueKind.NUMBER, ValueKind.LITERAL) and leaf.role is Role.VALUE:
            return [SpanEdit(0, len(leaf.text), edits[0].new)]
        return _disjoint(edits)

    def _whole(self, leaf: Leaf, place: str) -> str | None:
        """The tag of something that was opened and is a secret as a whole: a JWT, a token that happens to be base64."""
        text = leaf.data
        if not isinstance(text, str) or leaf.child is None or leaf.role is not Role.VALUE or is_tag(text):
            return None
        if IS_JWT.fullmatch(text):
            return self.tag("jwt", text)
        if _PICTURE.match(text):
            self.counts["picture"] += 1
            return "data:,"
        codec = leaf.child.codec.name
        told = named(leaf.name)
        if told is None or (codec in _DOCUMENTS and told.kind != "saml"):
            return None
        return self._by_name(text, leaf.name, place, leaf.node.codec.name if leaf.node else "")

    def _of_leaf(self, leaf: Leaf, place: str) -> list[SpanEdit]:
        text = leaf.text
        if not text or leaf.kind is ValueKind.LITERAL or is_tag(text):
            return []
        if _PICTURE.match(text):
            self.counts["picture"] += 1
            return [SpanEdit(0, len(text), "data:,")]
        if leaf.role is Role.KEY:
            return self._spans(text, tokens(text)) + self._of_known(text)
        codec = leaf.node.codec.name if leaf.node else ""
        whole = self._by_name(text, leaf.name, place, codec)
        if whole is None and leaf.name in _VALUE_NAMES:
            whole = self._by_neighbour(leaf, place)
        if whole is None and leaf.name == "path":
            whole = self._by_path(leaf)
        if whole is not None:
            return [SpanEdit(0, len(text), "0" if leaf.kind is ValueKind.NUMBER else whole)]
        if leaf.kind is ValueKind.NUMBER:
            return [SpanEdit(0, len(text), "0") for _ in self._of_known(text)][:1]
        if leaf.name == "user" and codec == "url" and leaf.step == ":base":
            return [SpanEdit(0, len(text), self.tag("user", text))]
        if place in (SENT, RECEIVED) and codec in _DATA and is_drawn(text):
            return [SpanEdit(0, len(text), self.tag("token", text))]
        spans = self._spans(text, [*tokens(text), *pairs(text, False)]) if len(text) > 7 and may_tell(text) else []
        return spans + [edit for edit in self._of_known(text) if not _overlaps(edit, spans)]

    def _by_name(self, text: str, name: str, place: str, codec: str) -> str | None:
        """The tag of a value whose field says that it is a secret."""
        if names_client_address(name):
            return self.addresses(text) if _IP.search(text) and not text.startswith(("127.", "0.")) else None
        told = named(name)
        if told is None or is_tag(text):
            return None
        if not told.strong:
            lists = codec in _LISTS or place == URL or (place == SENT and len(text) >= 16)
            opens = is_random(text) if lists else told.kind == "credential" and is_basic(text)
            return self.tag(told.kind, text) if opens else None
        strict = place in (RECEIVED, META)
        if told.kind != "password" and not strict and _is_plain_word(text):
            return None
        return self.tag(told.kind, text) if is_secret(text, told.kind, strict) else None

    def _by_neighbour(self, leaf: Leaf, place: str) -> str | None:
        """`<input name="csrf" value="…">`, `{"name": "token", "value": "…"}`."""
        row = leaf.row.leaves
        at = next((index for index, other in enumerate(row) if other is leaf), 0) if len(row) <= 4000 else 0
        near = row[max(0, at - _NEAR) : at][::-1] + row[at + 1 : at + _NEAR]
        for other in near:
            if other.name in _NAME_NAMES and other.role is Role.VALUE and len(other.text) <= 120:
                told = named(other.text)
                if told is not None and told.strong and is_secret(leaf.text, told.kind, True):
                    return self.tag(told.kind, leaf.text)
        return None

    def _by_path(self, leaf: Leaf) -> str | None:
        """A segment of an address that opens something: behind a word that says so, or long and drawn by lot."""
        text = leaf.text
        if len(text) < 8 or _FILE.search(text) or not is_random(text):
            return None
        parts = leaf.row.leaves
        at = next((index for index, other in enumerate(parts) if other is leaf), 0)
        before = parts[at - 1].text.lower() if at else ""
        if before in _TELLING and not (len(text) < 16 and _ID.fullmatch(text)):
            return self.tag("token", text)
        mixed = not text.islower() and not text.isupper()
        if len(text) < 22 or not mixed or _ID.fullmatch(text) or len(_SLUG.findall(text)) > 1:
            return None
        return self.tag("token", text)

    def _finding(self, finding: Finding, spans: dict[Leaf, list[SpanEdit]]) -> None:
        leaf = finding.leaf
        if not isinstance(leaf, Leaf) or finding.kind in _LEFT_ALONE or finding.kind.startswith("content."):
            return
        if is_tag(finding.value) or (leaf.kind is ValueKind.LITERAL and leaf.role is Role.VALUE):
            return
        if leaf.kind is ValueKind.NUMBER or finding.kind in _TYPED:
            self.counts[finding.kind] += 1
            new = constant(finding.kind, finding.value, leaf.kind is ValueKind.NUMBER and leaf.role is Role.VALUE)
            if new == finding.value:
                return
        else:
            new = self.tag(finding.kind, finding.value)
        edit = SpanEdit(finding.start, finding.end, new)
        own = spans.setdefault(leaf, [])
        if not _overlaps(edit, own):
            own.append(edit)

    def _of_known(self, text: str) -> list[SpanEdit]:
        if self.known is None or len(text) < 6:
            return []
        return [SpanEdit(hit.start, hit.end, self._known_tag(text, hit)) for hit in self.known.find(text)]

    def _spans(self, text: str, spans: Iterable[Span]) -> list[SpanEdit]:
        edits: list[SpanEdit] = []
        for start, end, kind in sorted(set(spans), key=lambda span: (span.start, -span.end)):
            if not is_tag(text[start:end]) and not (edits and start < edits[-1].end):
                edits.append(SpanEdit(start, end, self.tag(kind, text[start:end])))
        return edits

    def addresses(self, text: str) -> str | None:
        """Every IP address of a list replaced; None when none is left to replace."""
        edits = [SpanEdit(*m.span(), self.tag("ip", m[0])) for m in _IP.finditer(text) if not is_tag(m[0])]
        return apply_text(text, edits) if edits else None


def _opened(data: bytes, mime: str) -> tuple[Tree, Leaf]:
    headers = ((b"content-type", mime.encode("utf-8", "replace")),) if mime else ()
    tree = Tree(Message("POST", "https", "capture.invalid", 443, b"/", headers, Body(data)), LIMITS)
    if tree.uninspectable:
        raise Shut(tree.uninspectable[0].reason.partition(":")[2] or tree.uninspectable[0].reason)
    return tree, next(root.leaf for root in tree.roots if root.place == "body")


def _opened_leaves(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Leaves that were opened further, each once, the outer one before those in it."""
    seen: set[int] = set()
    for leaf in leaves:
        chain: list[Leaf] = []
        node = leaf.node
        while node is not None and id(node) not in seen:
            seen.add(id(node))
            chain.append(node.parent)
            node = node.parent.node
        yield from reversed(chain)


def _is_plain_word(text: str) -> bool:
    return len(text) < 4 or (len(text) < 24 and text.isalpha() and text.islower()) or " " in text.strip()


def _overlaps(edit: SpanEdit, others: Iterable[SpanEdit]) -> bool:
    return any(other.start < edit.end and edit.start < other.end for other in others)


def _disjoint(edits: Iterable[SpanEdit]) -> list[SpanEdit]:
    out: list[SpanEdit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
        elif edit.end > out[-1].end:
            out[-1] = SpanEdit(out[-1].start, edit.end, out[-1].new)
    return out
