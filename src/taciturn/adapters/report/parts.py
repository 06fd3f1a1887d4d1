"""The reports on parts of one capture, put together: the same as the report on the whole.

Parts come in the order of the capture. Every field of a `FileReport` stands in one of the tables; a test says so, since
a field that nobody adds up would be a silent loss.
"""

from __future__ import annotations

from taciturn.adapters.report.outcome import FileReport, add_coverage

# Known of a capture as a whole, when it has been walked.
WHOLE = ("path", "creator", "entries", "local", "cut_off", "error", "accepted", "interrupted", "unjudged", "lost")
NUMBERS = ("messages", "frames", "answers", "missing", "shown", "teachers")
COUNTERS = ("verdicts", "trackers", "opaque", "pages", "approvals", "talks", "gaps")
LISTS = ("odd", "records")
OWN = ("coverage", "contacts", "seen")  # each in its own way


def add_part(whole: FileReport, part: FileReport) -> None:
    """Adds what was counted and recorded in the next part."""
    for name in NUMBERS:
        setattr(whole, name, getattr(whole, name) + getattr(part, name))
    for name in COUNTERS:
        getattr(whole, name).update(getattr(part, name))
    for name in LISTS:
        getattr(whole, name).extend(getattr(part, name))
    whole.coverage = add_coverage(whole.coverage, part.coverage)
    whole.contacts.add(part.contacts)
    whole.seen.add(part.seen)
