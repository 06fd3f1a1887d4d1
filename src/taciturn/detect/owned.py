"""Files that belong to a site and not to a person: what it hands out to everybody, its pictures, its programs' files.

The other side is told by the name itself: people put spaces and letters of their own alphabet into names, build tools
do neither.
"""

from __future__ import annotations

import re

from taciturn.detect.shapes import STRONG_DOCUMENTS

STATIC_WORDS = frozenset(
    "static assets asset img imgs image images media cdn dist build js css fonts icons thumbs _next wp-content themes "
    "public npm lib libs vendor bundles common ui logo logos avatars profile photos products catalog".split()
)
"""Segments of addresses under which a site keeps its own files."""
SITE_PICTURES = frozenset("jpg jpeg png gif webp avif mp4 webm mp3 exe apk msi dmg".split())
"""What a site shows or hands out itself as often as a person sends it."""
_BROCHURE_WORDS = frozenset(
    """datasheet datasheets datenblatt brochure broschüre broschuere broszura brosjyre folleto folder leaflet
    flyer manual manuals handbuch handbook bedienungsanleitung anleitung guide whitepaper terms agb privacy
    datenschutz cookie imprint impressum sitemap catalog catalogue katalog catalogo pricelist preisliste tarifs
    press presse pressrelease newsletter userguide quickstart faq license licence eula sds msds""".split()
)
_PROGRAM_FILES = frozenset(
    """index main config configuration settings package lock tsconfig composer manifest docker compose readme
    changelog license requirements robots humans ads security llms sitemap""".split()
)
"""Files that every project has: in a sentence about them, the last word."""
_GENERIC = _PROGRAM_FILES | frozenset(
    """data sample example template release theme style styles bundle vendor hero banner logo icon sprite bg
    background placeholder favicon avatar thumb thumbnail og share slide cover header footer app min tar""".split()
)
NO_FOLDERS = frozenset(
    "ltr rtl auto inbox outbox sent drafts trash spam root default none null unknown true false all".split()
)
"""What fields called `dir` or `folder` hold on every site: the direction of a script, a mailbox of every account."""
OF_READERS = frozenset(
    """blog blogs post posts article articles artikel news wiki tag tags topic topics category categories kategorie
    search suche help docs faq forum shop product products produkt p item items event events user users u profile
    people groups group members brothers""".split()
)
"""Segments of addresses behind which stands what a site writes or sells, or who is there: no folder."""
_PROGRAM = re.compile(r"[\w.@~/-]+\.(?:m?js|css|map|wasm|woff2?|ttf)", re.I)
_PART = re.compile(r"(?:no|nr|chapter|kapitel|section|teil|part|page|seite|step|vol|version)\.? \d{1,3}", re.I)
_MEASURED = re.compile(r"(?<![0-9])[0-9]{2,4}x[0-9]{2,4}(?![0-9])|@[1-4]x$")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_A_NAME = re.compile(r"[{}<>=;@]")


def is_human(name: str) -> bool:
    """Whether a person called the file so: a space or a letter beyond ASCII, and no code around it."""
    if name.isascii() and " " not in name.strip():
        return False
    if name.count("(") != name.count(")") or _NOT_A_NAME.search(name):
        return False
    return any(not sign.isascii() and sign.isalpha() for sign in name) or bool(_LETTERS.search(name.rpartition(" ")[0]))


def is_program(name: str) -> bool:
    """A script, a style or a font: parts of a page, whatever the field is called that holds them."""
    return _PROGRAM.fullmatch(name) is not None


def is_brochure(name: str) -> bool:
    """What a site hands out to everybody, by the words that such files are called."""
    return not _BROCHURE_WORDS.isdisjoint(re.split(r"[\W\d_]+", name.lower()))


def is_site_file(name: str, extension: str) -> bool:
    """A file that every site or project has: robots.txt, config.yaml, hero-1200x800.jpg."""
    if extension in STRONG_DOCUMENTS:
        return False
    stem = name[: -len(extension) - 1].lower()
    if _PART.fullmatch(stem):
        return True  # a sentence ends and another one begins: "Chapter 3.Key points"
    before, _, last = stem.rpartition(" ")
    words = _LETTERS.findall(last)
    if before:
        return bool(words) and _PROGRAM_FILES.issuperset(words)
    return _MEASURED.search(last) is not None or (bool(words) and _GENERIC.issuperset(words))
