"""Fuzzes the whole of `Engine.inspect` with coverage of the product's own code: `make fuzz [SECONDS=600]`.

    python -m tests.fuzz.inspect_fuzz [-max_total_time=600] [CORPUS_DIR] [libFuzzer options]

An input that breaks a promise is written to the working directory as `crash-*` and ends the run. What was learned stays
in the corpus folder, so the next run goes on where this one ended.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    print("NOT FUZZED: atheris is not installed and has no wheel for this platform and Python", file=sys.stderr)
    raise SystemExit(0) from None

with atheris.instrument_imports(include=["taciturn"]):
    from tests.fuzz import target

from tests.fuzz.seeds import SEEDS, WORDS

_DEFAULTS = ("-max_len=65536", "-rss_limit_mb=1024", "-timeout=20", "-use_value_profile=0", "-print_final_stats=1")


def main() -> None:
    given = [argument for argument in sys.argv[1:] if argument.startswith("-")]
    corpus = Path(next((argument for argument in sys.argv[1:] if not argument.startswith("-")), ".cache/fuzz/corpus"))
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in SEEDS.items():
        (corpus / f"seed-{name}").write_bytes(data)
    words = corpus.parent / "words.txt"
    words.write_text("".join(f'"{"".join(f"\\x{byte:02x}" for byte in word)}"\n' for word in WORDS))
    judging = target.engine()

    def one_input(data: bytes) -> None:
        target.judge(judging, data)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        return target.mutated(data, most, seed, atheris.Mutate)

    arguments = [sys.argv[0], *_DEFAULTS, f"-dict={words}", f"-artifact_prefix={corpus.parent}/", *given, str(corpus)]
    atheris.Setup(arguments, one_input, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
