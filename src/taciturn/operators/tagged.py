"""Tags that `taciturn sanitize` leaves in captures: known again by a checksum that needs no key.

`tok_1f3a…`: a word for the kind, twelve hexadecimal digits made from the value under a random key, and eight that are
the checksum of those. A detector's hit on a tag is none, so that a sanitised capture is judged as what it is.
"""

from __future__ import annotations

import hashlib
import re

MAC_DIGITS, SUM_DIGITS = 12, 8  # 48 bits tell values apart, 32 bits say that it is a tag
_PLAIN = re.compile(rf"[a-z]{{2,6}}_([0-9a-f]{{{MAC_DIGITS}}})([0-9a-f]{{{SUM_DIGITS}}})(@example\.invalid)?")


def checksum(made: str) -> str:
    """SUM_DIGITS hexadecimal digits."""
    return hashlib.blake2b(made.encode(), digest_size=SUM_DIGITS // 2, person=b"taciturn-sum").hexdigest()


def is_plain_tag(text: str) -> bool:
    """Whether a text is a tag, or an e-mail address made of one."""
    match = _PLAIN.fullmatch(text)
    return match is not None and checksum(match[1]) == match[2]
