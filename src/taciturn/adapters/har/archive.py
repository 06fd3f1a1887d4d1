"""Captures in zip archives: HARs that Playwright recorded with their bodies beside them, its traces, plain zips.

Nothing is ever unpacked under a name out of the archive: members are read by exactly the name that the archive lists,
into memory or into a temporary file without a name of its own. How much a member may unpack to is bounded by what it
takes in the archive, and all members of one archive together are bounded too.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from taciturn.adapters.har.place import called
from taciturn.errors import CaptureError

HEAD = b"PK\x03\x04"
MAX_MEMBERS = 500_000
MAX_BODY = 64 << 20  # one body that a recorder stored in a file of its own
MAX_UNPACKED = 4 << 30
FREELY_UNPACKED = 256 << 20  # as much may come out of however little
RATIO = 200  # times of what is packed; text reaches 20, the best that deflate can do is about 1,000
NETWORK = ".network"
_CHUNK = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """An open archive. Raises CaptureError where it cannot be read at all."""

    def __init__(self, shown: str, file: str | IO[bytes]) -> None:
        self._shown = shown
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN:
            text = f"{called(shown)}: this archive is damaged or cut off"
            raise CaptureError(f"{text}\n    mend: record or copy it again, in binary mode") from None
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise CaptureError(f"{called(shown)}: an archive of {len(members):,} files\n    mend: split the capture")
        self._members = {member.filename: member for member in members if not member.is_dir()}
        self._left = MAX_UNPACKED

    @property
    def hars(self) -> list[str]:
        """The HARs in it."""
        return sorted(name for name in self._members if name.lower().endswith((".har", ".har.gz")))

    @property
    def networks(self) -> list[str]:
        """What a trace holds of the network, oldest first."""
        return sorted(name for name in self._members if name.lower().endswith(NETWORK))

    def beside(self, folder: str) -> Beside:
        """Reads bodies that stand beside a capture in `folder` of the archive."""
        return Beside(self, folder)

    def body(self, name: str) -> bytes | None:
        """A whole member; None where there is none of that name, or it cannot be read or is too large."""
        if name not in self._members or self._members[name].file_size > MAX_BODY:
            return None
        try:
            parts = list(self.chunks(name, MAX_BODY))
        except CaptureError:
            return None
        return b"".join(parts)

    def chunks(self, name: str, most: int = MAX_UNPACKED) -> Iterator[bytes]:
        """A member piece by piece.

        Raises:
            CaptureError: it is damaged, encrypted, or unpacks to more than an honest file would.
        """
        member = self._members.get(name)
        if member is None:
            raise CaptureError(f"{called(self._shown)}: holds no such file\n    mend: list what is in the archive")
        most = min(most, max(FREELY_UNPACKED, member.compress_size * RATIO), self._left)
        done = 0
        try:
            with self._zip.open(member) as file:
                while chunk := file.read(_CHUNK):
                    done += len(chunk)
                    if done > most:
                        raise CaptureError(
                            f"{called(self._shown)}: unpacks to more than {most >> 20} MB\n    mend: split the capture"
                        )
                    yield chunk
        except BROKEN:
            if not done:
                raise CaptureError(
                    f"{called(self._shown)}: a file in this archive cannot be unpacked\n"
                    "    mend: record or copy it again, without a password"
                ) from None
            # What is left of a damaged member is kept: its entries count, and its end says that it was cut off.
        finally:
            self._left -= done


class Beside:
    """Bodies in an archive, by the names that a capture in it gives them."""

    def __init__(self, archive: Archive, folder: str) -> None:
        self._archive = archive
        self._folder = folder

    def __call__(self, name: str) -> bytes | None:
        for place in (name, f"resources/{name}"):  # older traces name the file alone
            found = self._archive.body(posixpath.join(self._folder, place))
            if found is not None:
                return found
        return None


def is_archive(path: str) -> bool:
    """Whether a file begins as a zip archive does."""
    try:
        with open(path, "rb") as file:
            return file.read(len(HEAD)) == HEAD
    except OSError:
        return False


def hars_in(path: str) -> list[str]:
    """The captures in an archive: HARs by name, or the archive itself for a trace. Nothing in one that is damaged."""
    try:
        archive = Archive(path, path)
    except CaptureError:
        return [path]  # opening it will say what is wrong
    return archive.hars or archive.networks[:1]
