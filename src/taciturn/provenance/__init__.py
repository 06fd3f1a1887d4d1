"""Provenance: what a site's own private answers showed somebody, remembered to be recognised when it leaves.

`read_answer` takes the values out of one answer, `Store` keeps them for a while, and its `Matcher` finds them in the
texts of a message. Pure and without I/O, as all of the core; values are in memory only and in no repr.
"""

from taciturn.provenance.answer import (
    TEACHERS,
    Lesson,
    Reading,
    is_candidate,
    read_answer,
    sent_credentials,
    site_of_answer,
    unread,
)
from taciturn.provenance.matcher import Matcher
from taciturn.provenance.store import Prepared, Store
from taciturn.provenance.value import Value

__all__ = [
    "TEACHERS",
    "Lesson",
    "Matcher",
    "Prepared",
    "Reading",
    "Store",
    "Value",
    "is_candidate",
    "read_answer",
    "sent_credentials",
    "site_of_answer",
    "unread",
]
