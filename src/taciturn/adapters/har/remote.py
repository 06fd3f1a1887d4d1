"""Captures that lie elsewhere: in buckets, behind HTTP, in memory, through fsspec when it is installed.

fsspec finds its credentials by itself (environment, configuration). Its errors may quote addresses, headers and keys,
so none of their words are passed on.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from typing import Any

from taciturn.adapters.har.archive import MAX_UNPACKED
from taciturn.adapters.har.place import Place, called, remote
from taciturn.errors import CaptureError, TaciturnError, UsageError

_CHUNK = 1 << 20
_DRIVERS = {
    "s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "abfss": "adlfs", "az": "adlfs",
    "http": "aiohttp", "https": "aiohttp", "sftp": "paramiko", "ssh": "paramiko", "smb": "smbprotocol",
}  # fmt: skip


def expand(address: str) -> list[str]:
    """The objects that an address names: itself, or those that a pattern matches.

    Raises:
        UsageError: there are none, or they cannot be listed.
    """
    if not glob.has_magic(address.partition("?")[0]):
        return [remote(address)]
    scheme = address.partition("://")[0]
    try:
        system, path = _system(address)
        found = sorted(str(name) for name in system.glob(path))
    except TaciturnError:
        raise
    except Exception as problem:
        raise UsageError(_failed(address, problem)) from None
    if not found:
        raise UsageError(f"{called(address)}: no object is called like that\n    mend: check the address")
    return [Place(remote(f"{scheme}://{name}"), f"{scheme}://{name}") for name in found]


def chunks(place: str, address: str) -> Iterator[bytes]:
    """The bytes of an object, piece by piece.

    Raises:
        CaptureError: it cannot be had, or is larger than a capture can be.
    """
    done = 0
    try:
        system, path = _system(address)
        with system.open(path, "rb", cache_type="readahead") as file:
            while chunk := file.read(_CHUNK):
                done += len(chunk)
                if done > MAX_UNPACKED:
                    limit = f"{MAX_UNPACKED >> 30} GB"
                    raise CaptureError(f"{called(place)}: larger than {limit}\n    mend: split the capture")
                yield chunk
    except TaciturnError as problem:
        raise CaptureError(str(problem)) from None
    except Exception as problem:
        raise CaptureError(_failed(address, problem)) from None


def _system(address: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        text = f"{called(address)}: addresses need fsspec, which is not installed"
        raise UsageError(f"{text}\n    mend: pip install 'taciturn[remote]'") from None
    system, path = url_to_fs(address)
    return system, str(path)


def _failed(address: str, problem: Exception) -> str:
    """What went wrong, by its kind alone."""
    scheme = address.partition("://")[0].lower()
    if isinstance(problem, ImportError):
        driver = _DRIVERS.get(scheme, f"the package of fsspec for {scheme}")
        return f"{called(address)}: {scheme}:// needs a driver, which is not installed\n    mend: pip install {driver}"
    if isinstance(problem, FileNotFoundError):
        return f"{called(address)}: no such object\n    mend: check the address"
    if isinstance(problem, PermissionError):
        return f"{called(address)}: not allowed to read it\n    mend: check the credentials in the environment"
    if isinstance(problem, ValueError):
        return f"{called(address)}: not an address that fsspec knows\n    mend: s3://bucket/a.har, https://host/a.har"
    kind = type(problem).__name__
    return f"{called(address)}: cannot be read ({kind})\n    mend: check the network and the credentials"
