"""Which page talks to whom: receivers down, pages across, and few enough pages to be read.

Up to eight pages have a column each. More of them are put together: by their page classes where the configuration has
such, else by their site and the first step of their path; and what is still too many by what there is least to say of.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from taciturn.adapters.report.page.model import Model

MOST_COLUMNS = 8
OTHERS = "other pages"
NOT_TOLD = "page not told"


class Matrix(NamedTuple):
    """Columns, and which of them each page (by its index in the Model) stands in."""

    columns: tuple[str, ...]
    of_page: tuple[int, ...]
    site: str  # scheme and host, where all columns share them: then they are left out of the labels


def matrix_of(model: Model) -> Matrix:
    classes = _classes(model)
    labels = [page or NOT_TOLD for page in model.pages]
    if len(set(labels)) > MOST_COLUMNS:
        by_class = [" + ".join(sorted(classes[page])) for page in range(len(labels))]
        if len(set(by_class)) > 1:
            labels = [name or "of no page class" for name in by_class]
        else:
            labels = [_folder(page) for page in labels]
    labels = _fewest(model, labels)
    site = _shared_site(labels)
    columns = tuple(sorted(dict.fromkeys(labels), key=lambda label: (label in (OTHERS, NOT_TOLD), label)))
    index = {label: at for at, label in enumerate(columns)}
    shown = (label.removeprefix(site).removeprefix("https://") or "/" for label in columns)
    return Matrix(tuple(shown), tuple(index[label] for label in labels), site)


def _classes(model: Model) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in model.pages]
    for sent in model.sent:
        found[sent.page].update(sent.classes)
    return found


def _folder(page: str) -> str:
    """`https://site.example/account/{*}/edit` -> `https://site.example/account/…`."""
    scheme, mark, rest = page.partition("://")
    if not mark:
        return page
    host, _, path = rest.partition("/")
    first, more, _ = path.partition("/")
    return f"{scheme}://{host}/{first}{'/…' if more else ''}"


def _fewest(model: Model, labels: list[str]) -> list[str]:
    """At most MOST_COLUMNS labels: those of which there is most to say keep theirs."""
    if len(set(labels)) <= MOST_COLUMNS:
        return labels
    weight: Counter[str] = Counter()
    for sent in model.sent:
        weight[labels[sent.page]] += 1000
    for receiver in model.receivers:
        for (_, page), count in receiver.talks.items():
            weight[labels[page]] += count
    kept = {label for label, _ in weight.most_common(MOST_COLUMNS - 1)}
    return [label if label in kept else OTHERS for label in labels]


def _shared_site(labels: list[str]) -> str:
    sites = {"/".join(label.split("/", 3)[:3]) for label in labels if "://" in label}
    return sites.pop() if len(sites) == 1 else ""
