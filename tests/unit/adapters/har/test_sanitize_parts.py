"""The parts of `sanitize` one by one: positions in JSON, tags, names, forms of tokens, search, layout, put-back."""

from __future__ import annotations

import base64
import gzip
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.har.sanitize.known import Known, is_searchable
from taciturn.adapters.har.sanitize.layout import layout
from taciturn.adapters.har.sanitize.names import named, names_client_address
from taciturn.adapters.har.sanitize.nodes import NESTING, Unreadable, parse, removals, string_edits, walk
from taciturn.adapters.har.sanitize.put_back import difference
from taciturn.adapters.har.sanitize.shapes import is_random, is_secret, pairs, tokens
from taciturn.adapters.har.sanitize.tags import Tags, is_tag
from taciturn.codec.base import SpanEdit, apply_text
from taciturn.errors import CaptureError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)
TAGS = Tags(b"k" * 32)


# ---------------------------------------------------------------------- positions


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_parse_gives_every_value_the_span_that_it_is_written_in(
    value: object, indent: int | None, ascii_only: bool
) -> None:
    text = f" {json.dumps(value, indent=indent, ensure_ascii=ascii_only)}\n"
    node = parse(text)
    assert json.loads(text[node.start : node.end]) == value
    for key, inner in walk(node):
        written = json.loads(text[inner.start : inner.end])
        assert inner.kind != "string" or written == inner.value
        assert key is None or json.loads(text[key.start : key.end]) == key.value


@given(st.text(), st.data(), st.booleans())
def test_string_edits_change_the_reading_and_leave_the_rest_as_written(
    text: str, data: st.DataObject, ascii_only: bool
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = f"[1, {json.dumps(text, ensure_ascii=ascii_only)}, 2]"
    node = parse(document).items[1][1]
    made = apply_text(document, string_edits(document, node, [SpanEdit(start, end, "tag")]))
    assert json.loads(made) == [1, text[:start] + "tag" + text[end:], 2]
    assert made.startswith("[1, ")
    assert made.endswith(", 2]")


@given(st.lists(st.integers(), min_size=1, max_size=6), st.data())
def test_removals_of_any_items_leave_json(items: list[int], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.integers(0, len(items) - 1)))
    text = json.dumps(items, indent=1)
    assert json.loads(apply_text(text, removals(parse(text), gone))) == [
        v for i, v in enumerate(items) if i not in gone
    ]


@pytest.mark.parametrize(
    "text", ["", "{", '{"a"}', '{"a":1,}', "[1 2]", '"a', "1 2", '{"a":1}x', "nul", '"\\x"', "[1.2.3]"]
)
def test_parse_of_what_is_no_json_says_so(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_parse_of_deep_nesting_costs_no_stack() -> None:
    deep = "[" * NESTING + "]" * NESTING
    assert parse(deep).end == len(deep)
    with pytest.raises(Unreadable):
        parse("[" * (NESTING + 50) + "]" * (NESTING + 50))


def test_parse_keeps_members_that_come_twice() -> None:
    node = parse('{"a": 1, "a": "two"}')
    assert [inner.value for inner in node.members("a")] == ["1", "two"]
    assert node.text("a") == "two"


# ---------------------------------------------------------------------- tags

VALUES = {
    "word": "correct horse",
    "hex": "0f3e9a7c5b1d2846",
    "upper hex": "A3F09C7E5B1D2846A3F09C7E5B1D2846",
    "uuid": "3f2b8c1e-77aa-4b0d-9c11-0a1b2c3d4e5f",
    "long digits": "4929123456789012345",
    "short digits": "804419",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
    "email": "kim@mailbox.example",
    "ip": "93.184.217.41",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_tag_of_a_value_is_known_again_and_equal_for_equal_values(value: str) -> None:
    made = Tags(b"k" * 32).of("token", value)
    assert is_tag(made)
    assert not is_tag(value)
    assert made == TAGS.of("token", value)
    assert made == TAGS.of("token", quote(value, safe=""))
    assert value not in made


@pytest.mark.parametrize(
    "value", [v for k, v in VALUES.items() if k != "short digits"], ids=[k for k in VALUES if k != "short digits"]
)
def test_tag_under_another_key_is_another(value: str) -> None:
    assert Tags(b"x" * 32).of("token", value) != TAGS.of("token", value)


def test_tag_keeps_the_shape_that_a_parser_needs() -> None:
    def made(name: str) -> str:
        return TAGS.of("token", VALUES[name])

    assert len(made("hex")) == 16
    assert int(made("hex"), 16) >= 0
    assert made("upper hex").isupper() or made("upper hex").isdigit()
    assert len(made("uuid").split("-")) == 5
    assert len(made("long digits")) == 19
    assert made("long digits").isdigit()
    assert made("email").endswith("@example.invalid")
    header, payload, signature = made("jwt").split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "none", "typ": "JWT"}
    assert set(json.loads(base64.urlsafe_b64decode(payload + "=="))) == {"sub"}
    assert signature
    assert made("ip").startswith("198.1")
    assert base64.b64decode(TAGS.of("saml", "x" * 40)).startswith(b"<taken-out")


def test_tag_of_short_digits_says_nothing_of_them() -> None:
    assert TAGS.of("password", "804419") == "000000"


@given(st.text(max_size=60))
def test_tag_never_fails_and_is_known_again(value: str) -> None:
    assert is_tag(TAGS.of("token", value)) or value == ""


@pytest.mark.parametrize(
    "text", ["tok_1N3T00LkdIwHu7ixt44h", "tok_0123456789ab00000000", "", "hello", "user_name", "A" * 10]
)
def test_tag_what_only_looks_like_one_is_none(text: str) -> None:
    assert not is_tag(text)


# ---------------------------------------------------------------------- names and forms


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("password", "password"), ("user[password]", "password"), ("newPassword", "password"), ("pwd", "password"), ("PIN", "password"),
        ("access_token", "token"), ("X-CSRF-Token", "token"), ("refreshToken", "token"), ("__RequestVerificationToken", "token"),
        ("X-Api-Key", "key"), ("apiKey", "key"), ("SecretAccessKey", "key"), ("X-Amz-Signature", "signature"), ("sig", "signature"),
        ("PHPSESSID", "session"), ("jsessionid", "session"), ("connect.sid", "session"), ("__VIEWSTATE", "session"),
        ("client_secret", "credential"), ("code_verifier", "credential"), ("SAMLResponse", "saml"), ("Authorization", "credential"),
        ("X-Forwarded-Client-Cert", "certificate"), ("code", "code"), ("state", "code"),
    ],
)  # fmt: skip
def test_named_knows_what_a_field_holds(name: str, kind: str) -> None:
    found = named(name)
    assert found is not None
    assert found.kind == kind
    assert found.strong == (name not in ("code", "state"))


@pytest.mark.parametrize(
    "name",
    ["token_type", "password_hint", "forgotPasswordUrl", "tokens", "max_tokens", "author", "passenger", "keyboard", "compass", "q", "",
     "sec-websocket-key", "expires_in", "content-security-policy", "credentials", "passwordLabel", "session_count", "design", "x" * 200],
)  # fmt: skip
def test_named_leaves_other_fields_alone(name: str) -> None:
    assert named(name) is None


def test_names_client_address_knows_headers_and_members() -> None:
    assert all(map(names_client_address, ["X-Forwarded-For", "clientIp", "remote_addr", "ip", "ipAddress"]))
    assert not any(map(names_client_address, ["recipient", "zip", "tip", "shipping", "description"]))


RANDOM = "q7Zp2LxV9sT4bN6mK1cR8wYd"


@pytest.mark.parametrize(
    "text",
    [
        f"using ghp_{RANDOM}{RANDOM[:12]} now", f"AKIA{'Q2'*8}", f"Bearer {RANDOM}", f"x: xoxb-1234567890-{RANDOM}",
        f"https://kim:{RANDOM}@files.example/", f"AIza{'a1B'*11}ab", "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0In0.x",
        f"https://hooks.slack.com/services/T0AB12CD3/B0EF45GH6/{RANDOM}", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
        "Basic " + base64.b64encode(b"kim:secret").decode(),
    ],
    ids=range(10),
)  # fmt: skip
def test_tokens_are_known_by_their_own_form(text: str) -> None:
    assert list(tokens(text))


@pytest.mark.parametrize(
    "text",
    [
        "sk-ip this",
        "Basic training is hard",
        "the token is gone",
        "https://files.example/@kim/x:y",
        "bearer of news",
        "ghp_short",
    ],
)
def test_tokens_leave_words_alone(text: str) -> None:
    assert not list(tokens(text))


@pytest.mark.parametrize(
    ("text", "script"),
    [
        (f"access_token={RANDOM}", False), (f'"apiKey": "{RANDOM}"', True), (f"const t = {{authToken:'{RANDOM}'}}", True),
        (f'\\"secret\\":\\"{RANDOM}\\"', False), (f'login(password: "{RANDOM}")', False), (f"csrf_token%3D{RANDOM}", False),
    ],
    ids=range(6),
)  # fmt: skip
def test_pairs_find_the_value_behind_a_telling_name(text: str, script: bool) -> None:
    found = [text[span.start : span.end] for span in pairs(text, script)]
    assert found == [RANDOM]


@pytest.mark.parametrize(
    "text",
    ["this.token=e.token", "password:'Password'", "{type:'password'}", "token=getToken()", "secret:void 0", "csrf:n.csrf(1)", "auth:!0",
     "document.cookie='consent=1;path=/'"],
)  # fmt: skip
def test_pairs_leave_code_alone(text: str) -> None:
    assert not list(pairs(text, True))


def test_random_tells_drawn_values_from_words() -> None:
    assert all(map(is_random, [RANDOM, "0f3e9a7c5b1d2846", "hunter2hunter", "QwErTyUiOpAsDfGh"]))
    assert not any(
        map(
            is_random,
            ["California", "getTokenFromStorage", "2026-03-02T10:00:00Z", "1.2.3", "https://x.example/a1", "a1", ""],
        )
    )


def test_secret_in_an_answer_is_no_label() -> None:
    assert not is_secret("Password", "password", True)
    assert not is_secret("Forgot your password?", "password", True)
    assert is_secret("hunter2", "password", True)
    assert is_secret("Password", "password", False)


# ---------------------------------------------------------------------- search

FORMS = {
    "plain": lambda v: v,
    "percent": lambda v: quote(v, safe=""),
    "percent twice": lambda v: quote(quote(v, safe=""), safe=""),
    "json": lambda v: json.dumps(v)[1:-1],
    "json in json": lambda v: json.dumps(json.dumps(v))[3:-3],
    "slashes escaped": lambda v: v.replace("/", "\\/"),
    "hex": lambda v: v.encode().hex(),
    "HEX": lambda v: v.encode().hex().upper(),
    "lower case": str.lower,
    "base64 at 0": lambda v: base64.b64encode(v.encode() + b"yyy").decode(),
    "base64 at 1": lambda v: base64.b64encode(b"x" + v.encode() + b"yyy").decode(),
    "base64 at 2": lambda v: base64.b64encode(b"xx" + v.encode() + b"yyy").decode(),
    "base64url": lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_known_finds_a_value_through_its_usual_encodings(form: str) -> None:
    value = 'K7/p"q+Z2é-9sT4bN6mK1'
    known = Known({value: "token"})
    text = f"before {FORMS[form](value)} after"
    (hit,) = known.find(text)
    assert hit.value == value
    assert known.find(text.replace(FORMS[form](value), "")) == []


def test_known_does_not_search_for_ordinary_words() -> None:
    known = Known({"true": "cookie", "dark": "cookie", "12345": "password", "analytics": "cookie", "en-US": "cookie"})
    assert known.ordinary == 5
    assert known.find("analytics true dark 12345") == []


def test_known_takes_a_name_as_a_word_of_its_own_only() -> None:
    known = Known({"Kim Aalto": "person.name"})
    assert known.find("by Kim Aalto, today")
    assert not known.find("Kim Aaltonen")


@pytest.mark.parametrize(("kind", "value", "searched"), [("password", "hunter2", True), ("password", "sesame", False), ("token", RANDOM, True), ("cookie", "sidebar-open", False), ("file.name", "Salaries Q3.xlsx", True), ("group.name", "General", False)])  # fmt: skip
def test_is_searchable_is_what_says_something_when_it_is_found(kind: str, value: str, searched: bool) -> None:
    assert is_searchable(kind, value) is searched


# ---------------------------------------------------------------------- layout


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
def test_layout_puts_a_file_together_again(mark: bytes) -> None:
    data = mark + b'{"log": {"version":"1.2", "entries" : [ {"a": "]}"} ,\n {"b": [1]}\t], "pages": []}}\n'
    found = layout("x", data)
    assert [data[r.offset : r.offset + r.length] for r in found.entries] == [b'{"a": "]}"}', b'{"b": [1]}']
    first, last = found.entries[0], found.entries[-1]
    assert found.head + data[first.offset : last.offset + last.length] + found.tail == data


def test_layout_of_a_cut_file_is_closed_behind_the_last_whole_entry() -> None:
    found = layout("x", b'{"log": {"entries": [{"a": 1}, {"b": ')
    assert (len(found.entries), found.cut_off, found.tail) == (1, True, b"]}}")


def test_layout_leaves_out_what_is_behind_the_end() -> None:
    found = layout("x", b'{"log": {"entries": []}} password=hunter2')
    assert (found.tail, found.junk) == (b"]}}", 16)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"log": 1}', b'{"log": {"entries": {}}}', b"\x00", b'{"entries": []}']
)
def test_layout_of_another_file_says_so(data: bytes) -> None:
    with pytest.raises(CaptureError):
        layout("x", data)


# ---------------------------------------------------------------------- put back


@given(st.text(alphabet="abc &=\n", max_size=40), st.text(alphabet="abc &=\n", max_size=40))
def test_difference_makes_the_new_text(old: str, new: str) -> None:
    assert apply_text(old, difference(old, new)) == new


def test_difference_of_long_texts_is_one_piece_between_their_common_ends() -> None:
    old, new = "a" + "x y " * 4000 + "b", "a" + "z y " * 4000 + "b"
    (edit,) = difference(old, new)
    assert (edit.start, len(old) - edit.end) == (1, 4)


def test_known_in_gzip_is_no_matter_of_the_search() -> None:
    """Packed bytes are opened by the decode tree, not by a search of their text."""
    packed = base64.b64encode(gzip.compress(RANDOM.encode(), mtime=0)).decode()
    assert Known({RANDOM: "token"}).find(packed) == []
