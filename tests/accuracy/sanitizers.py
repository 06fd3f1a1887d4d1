"""taciturn sanitize beside other sanitizers, on the same captures with planted secrets: what survives, what breaks.

    python -m tests.accuracy.sanitizers [--cloudflare DIR] [--har FILE...] [--python PYTHON]

har-capture runs in the environment that `make peers` makes. Cloudflare's sanitizer is a web page: `--cloudflare` names a
checkout of github.com/cloudflare/har-sanitizer, whose one module is bundled by esbuild (on PATH or in the checkout) and
run by node, with what the page ticks by itself, and with everything ticked. `--har`: further captures, for the time and for
whether the output can be read; nothing is planted in them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.accuracy.peers import PYTHON
from tests.accuracy.plants import Plant, capture, last, plants, unseen
from tests.accuracy.survive import Harm, harm, is_har, survivors

_WORKER = Path(__file__).with_name("sanitizer_worker.py")
_PAGE = """
import { readFileSync, writeFileSync } from "node:fs";
import { sanitize, getHarInfo, defaultScrubItems } from "./cloudflare.mjs";
console.log = () => {};
const [given, made, mode] = process.argv.slice(2);
const text = readFileSync(given, "utf8");
const info = getHarInfo(text);
const all = mode === "all";
const ticked = (items) => items.filter((item) => item && (all || defaultScrubItems.includes(item)));
const words = [...new Set([...ticked(info.cookies), ...ticked(info.headers), ...ticked(info.queryArgs), ...ticked(info.postParams)])]
  .map((word) => word.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&"));
writeFileSync(made, sanitize(text, { scrubWords: words, scrubMimetypes: ticked(info.mimeTypes) }));
"""
Run = Callable[[Path, Path], None]


class Outcome(NamedTuple):
    """What one sanitizer made of one capture. `left` None: it gave no output."""

    left: list[str] | None
    is_json: bool
    is_har: bool
    harm: Harm | None
    seconds: float


def taciturn(given: Path, made: Path) -> None:
    _run([sys.executable, "-m", "taciturn.cli.main", "sanitize", str(given), "-o", str(made), "--quiet"], given.parent)


def har_capture(python: Path, mode: str) -> Run:
    def run(given: Path, made: Path) -> None:
        _run([str(python), str(_WORKER), str(given), str(made), mode], given.parent)

    return run


def cloudflare(checkout: Path, folder: Path, mode: str) -> Run:
    """What the page does. Names are escaped for it, which it forgets: one with a bracket stops it otherwise."""
    esbuild = shutil.which("esbuild") or str(checkout / "node_modules" / ".bin" / "esbuild")
    bundle = folder / "cloudflare.mjs"
    if not bundle.exists():
        source = str(checkout / "src" / "lib" / "har_sanitize.tsx")
        _run([esbuild, source, "--format=esm", f"--outfile={bundle}", "--log-level=error"], folder)
        (folder / "page.mjs").write_text(_PAGE)

    def run(given: Path, made: Path) -> None:
        _run(["node", str(folder / "page.mjs"), str(given), str(made), mode], folder)

    return run


def _run(words: list[str], folder: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "none")}
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True, timeout=1200)


def judge(run: Run, data: bytes, planted: Iterable[Plant]) -> Outcome:
    """Runs a sanitizer on a capture and looks at what it wrote."""
    with tempfile.TemporaryDirectory() as name:
        given, made = Path(name, "in.har"), Path(name, "out.har")
        given.write_bytes(data)
        start = time.perf_counter()
        try:
            run(given, made)
            output = made.read_bytes()
        except (subprocess.SubprocessError, OSError):
            return Outcome(None, False, False, None, time.perf_counter() - start)
        seconds = time.perf_counter() - start
    try:
        document = json.loads(output)
    except ValueError:
        document = None
    planted = list(planted)
    return Outcome(
        survivors(output, planted), document is not None, is_har(document), harm(data, output, planted), seconds
    )


def tools(args: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Run]]:
    yield "taciturn", taciturn
    python = Path(args.python)
    if (
        python.exists()
        and subprocess.run([str(python), "-c", "import har_capture"], capture_output=True, check=False).returncode == 0
    ):
        yield "har-capture", har_capture(python, "disabled")
        yield "har-capture, heuristics", har_capture(python, "redact")
    else:
        print("!!! SKIPPED: har-capture is not installed (make peers)", file=sys.stderr)
    if args.cloudflare:
        yield "Cloudflare, as ticked", cloudflare(Path(args.cloudflare).resolve(), folder, "default")
        yield "Cloudflare, all ticked", cloudflare(Path(args.cloudflare).resolve(), folder, "all")
    else:
        print("!!! SKIPPED: Cloudflare's sanitizer (--cloudflare DIR names a checkout of it)", file=sys.stderr)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cloudflare", metavar="DIR")
    parser.add_argument("--python", metavar="PYTHON", default=str(PYTHON))
    parser.add_argument("--har", nargs="*", default=[], metavar="FILE")
    parser.add_argument("--show", action="store_true", help="name the plants that survive")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        sets = [
            ("planted, tuned on", *capture(plants())),
            ("planted, second set", *capture(unseen())),
            ("planted, third set", *capture(last())),
        ]
        sets += [(Path(path).name, Path(path).read_bytes(), []) for path in args.har]
        for title, data, planted in sets:
            print(f"\n{title}: {len(planted)} plants, {len(data):,} bytes")
            print(
                "| tool | plants that survive | JSON | HAR 1.2 | innocent texts changed | characters of them | seconds |"
            )
            print("|---|---|---|---|---|---|---|")
            for tool, run in tools(args, Path(name)):
                made = judge(run, data, planted)
                left = "no output" if made.left is None else str(len(made.left))
                hurt = f"{made.harm.changed} of {made.harm.texts} | {made.harm.characters}" if made.harm else "- | -"
                print(f"| {tool} | {left} | {_yes(made.is_json)} | {_yes(made.is_har)} | {hurt} | {made.seconds:.1f} |")
                if args.show and made.left:
                    print(f"    {', '.join(made.left)}")
    return 0


def _yes(value: bool) -> str:
    return "yes" if value else "no"


if __name__ == "__main__":
    sys.exit(main())
