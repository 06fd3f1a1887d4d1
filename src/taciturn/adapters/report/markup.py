"""Foreign text in Markdown: as code, where a renderer looks for no link, mention, tag or emphasis in it.

GitHub and GitLab turn `@name`, `#12`, `www.`, addresses and e-mails of plain text into links and notifications, however
they are escaped, because they look at the text that was rendered; inside code they do not. So text is plain only where
it is made of letters, digits and a little punctuation, and code everywhere else.
"""

from __future__ import annotations

import re

from taciturn.adapters.report.terminal import printable

_PLAIN = re.compile(r"(?:[\w ,;()’–…%€-]|[.:/'](?=[ )]|$)|(?<=\w)['/](?=\w)|(?<=\d)\.(?=\d))*+")
_LINKED = re.compile(r"(?i)www|://|\bGH-\d|\b[0-9a-f]{7,40}\b|_(?!\w)|(?<!\w)_")
_ENTITY = re.compile(r"[^A-Za-z0-9 ]")


def code(text: str, limit: int = 200) -> str:
    """Any text as inline code on one line, in a table cell too."""
    text = printable(text, limit) or " "
    if "`" not in text and "|" not in text:
        return f"`{text}`" if text.strip(" ") else "` `"
    # no fence helps against a pipe in a table, and backslashes before it are read differently by different renderers
    return f"<code>{_ENTITY.sub(lambda found: f'&#{ord(found[0])};', text)}</code>"


def prose(text: str, limit: int = 600) -> str:
    """Text of a rule or a catalogue as words of a sentence; as code when it holds anything that could be markup."""
    text = printable(text, limit)
    return text if _PLAIN.fullmatch(text) and not _LINKED.search(text) and text.strip() else code(text, limit)
