"""Captures elsewhere: found by pattern, read in pieces, and no secret in an error."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from taciturn.adapters.har import remote as remotes
from taciturn.adapters.har.find import find_captures
from taciturn.adapters.har.place import address_of
from taciturn.adapters.har.remote import chunks, expand
from taciturn.errors import CaptureError, UsageError

fsspec = pytest.importorskip("fsspec")
SECRET = "AKIAEXAMPLEKEY"


@pytest.fixture
def bucket() -> Any:
    system = fsspec.filesystem("memory")
    system.store.clear()
    for name in ("/runs/a.har", "/runs/b/c.har", "/runs/notes.txt"):
        system.pipe(name, b"{}")
    return system


@pytest.mark.usefixtures("bucket")
def test_expand_lists_what_a_pattern_matches() -> None:
    assert expand("memory://runs/**/*.har") == ["memory:///runs/a.har", "memory:///runs/b/c.har"]
    assert find_captures(["memory://runs/a.har"]) == ["memory://runs/a.har"]
    with pytest.raises(UsageError, match="no object is called like that"):
        expand("memory://runs/*.zip")


@pytest.mark.usefixtures("bucket")
def test_chunks_gives_the_bytes() -> None:
    assert b"".join(chunks("memory://runs/a.har", "memory://runs/a.har")) == b"{}"


@pytest.mark.usefixtures("bucket")
def test_chunks_stops_at_what_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remotes, "MAX_UNPACKED", 1)
    with pytest.raises(CaptureError, match="larger than"):
        list(chunks("memory://runs/a.har", "memory://runs/a.har"))


def test_chunks_of_what_is_not_there_says_so() -> None:
    with pytest.raises(CaptureError, match="no such object\n    mend:"):
        list(chunks("memory://none/x.har", "memory://none/x.har"))


@pytest.mark.parametrize(
    ("raised", "told"),
    [(PermissionError(SECRET), "not allowed"), (ImportError(SECRET), "pip install s3fs"), (ValueError(SECRET), "not an address"),
     (RuntimeError(SECRET), "cannot be read (RuntimeError)"), (OSError(5, SECRET), "cannot be read (OSError)")],
    ids=["permission", "driver", "value", "runtime", "os"],
)  # fmt: skip
def test_errors_hold_no_word_of_the_library_and_no_credentials(
    raised: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(address: str) -> Any:
        raise raised

    monkeypatch.setattr(remotes, "_system", refuse)
    address = f"s3://user:{SECRET}@bucket/a.har?X-Amz-Credential={SECRET}"
    for work in (
        lambda: list(chunks(find_captures([address])[0], address)),
        lambda: expand(address.replace("a.har", "*.har")),
    ):
        with pytest.raises((CaptureError, UsageError)) as problem:
            work()
        assert told in str(problem.value)
        assert SECRET not in str(problem.value)
        assert problem.value.__suppress_context__


def test_without_fsspec_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("fsspec"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    (place,) = find_captures(["s3://bucket/a.har"])
    with pytest.raises(CaptureError, match=r"pip install 'taciturn\[remote\]'"):
        list(chunks(place, address_of(place)))
    with pytest.raises(UsageError, match=r"pip install 'taciturn\[remote\]'"):
        find_captures(["s3://bucket/*.har"])
