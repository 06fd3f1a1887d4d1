"""The page a person sees when a navigation was blocked: why, by rule and tracker, and nothing of the request."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

POLICY = b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Blocked by taciturn</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }}
code {{ font-family: ui-monospace, monospace }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16181c; color: #e6e6e6 }} }}
</style>
<h1>Blocked by taciturn</h1>
<p>This request was not sent{receiver}. The receiver has learned nothing of it.</p>
{reasons}
</html>
"""


def reason_page(rules: Sequence[str], tracker_name: str) -> bytes:
    """The page as UTF-8. Both arguments come from configuration and catalogue; they are escaped all the same."""
    receiver = f" to <strong>{escape(tracker_name)}</strong>" if tracker_name else ""
    if rules:
        items = "".join(f"<li><code>{escape(rule)}</code></li>" for rule in rules)
        reasons = f"<p>Rules that decided:</p>\n<ul>{items}</ul>"
    else:
        reasons = "<p>No rule decided: the request could not be looked into, and the policy blocks such requests.</p>"
    return _PAGE.format(receiver=receiver, reasons=reasons).encode()
