"""Runs Presidio's pattern recognisers and detect-secrets over texts, in an environment of their own.

Started by `peers.py` with the Python of that environment; imports nothing of this project. Reads JSON lines from
standard input and answers each with one: {"tool", "text", "calls"} gives {"found": [[kind, value], …], "us": [time of
each call]}. Nothing is loaded from the network: the tokenizer is blank, so recognisers that need a language model
(persons, places) are not there.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Found = list[list[str]]


def presidio() -> Callable[[str], Found]:
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # the list that it brings along, not the network's
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

    class Blank(NlpEngine):  # type: ignore[misc]
        """Words and nothing more: no lemmas, no entities."""

        def __init__(self) -> None:
            self.blank = spacy.blank("en")
            self.blank.max_length = 20_000_000

        def load(self) -> None:
            pass

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> NlpArtifacts:
            words = self.blank(text)
            return NlpArtifacts(
                [], words, [word.idx for word in words], [word.lower_ for word in words], self, language
            )

        def process_batch(self, texts: Any, language: str, **_: Any) -> Any:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return False

        def is_punct(self, word: str, language: str) -> bool:
            return not word.isalnum()

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return ["en"]

    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])

    def run(text: str) -> Found:
        hits = analyzer.analyze(text, language="en", score_threshold=0.3)
        return [[hit.entity_type, text[hit.start : hit.end]] for hit in hits]

    return run


def detect_secrets() -> Callable[[str], Found]:
    from detect_secrets.core.plugins import initialize
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    held = default_settings()  # all its plugins; they are in force as long as this is held
    held.__enter__()

    limited: dict[str, Any] = {}

    def above_limit(kind: str, value: str) -> bool:
        """A line alone is searched eagerly: every word has some entropy. The plugin's own limit says what counts."""
        if "Entropy" not in kind:
            return True
        plugin = limited.get(kind)
        if plugin is None:
            plugin = limited[kind] = initialize.from_secret_type(kind)
        return bool(plugin.calculate_shannon_entropy(value) > plugin.entropy_limit)

    def run(text: str, _held: object = held) -> Found:
        hits = ((hit.type, hit.secret_value or "") for line in text.split("\n") for hit in scan_line(line))
        return [[kind, value] for kind, value in hits if above_limit(kind, value)]

    return run


TOOLS = {"presidio": presidio, "detect-secrets": detect_secrets}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    ready: dict[str, Callable[[str], Found]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        run = ready.get(asked["tool"])
        if run is None:
            run = ready[asked["tool"]] = TOOLS[asked["tool"]]()
            run("warm up: ada@example.org")
        found: Found = []
        spent = []
        for _ in range(asked["calls"]):
            begun = time.perf_counter_ns()
            found = run(asked["text"])
            spent.append((time.perf_counter_ns() - begun) / 1000)
        answers.write(json.dumps({"found": found, "us": spent}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
