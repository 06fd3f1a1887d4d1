"""`taciturn init`: writes a commented taciturn.yaml that does what taciturn does without one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taciturn.limits import Limits

TEMPLATE = """\
# Configuration of taciturn. Everything below is optional; the values that stand here are the defaults.
# Completion in your editor: `taciturn rules schema` prints a JSON Schema of the rule sections.
version: 1

# enforce: what the rules forbid does not leave. report: everything leaves, and is told.
mode: enforce

# The shipped rule packs to use. `taciturn rules list` shows their rules. Left out: all of them.
packs:
{packs}

# Positive models: of these receivers' events only the fields that a model names leave. One line switches all of them
# on; or name some: meta-pixel, ga4, google-ads, linkedin, tiktok, bing, pinterest, snap, x.
# models: all

# Your own rules, in files beside this one (folders are read whole). `taciturn rules test` runs their cases.
# rule_files: [rules/]

# Your own trackers, in the format of the shipped catalogue.
# catalogue: [trackers.yaml]

# Page classes that rules ask for. `signed-in` is shipped with patterns that fit any site; add those of yours.
# `*` stands for anything inside one label or path segment, `**` for any number of whole ones.
# pages:
#   signed-in: {{any: [{{url: "https://secure.example.com/b2_*"}}]}}

# Whose other hosts belong to you, or work for you under a contract: they are no third parties then.
# parties:
#   acme-cloud: {{owner: Acme, hosts: [acmefiles.example], role: processor}}

# What follows when a request cannot be looked into: block, report or allow, by who receives it.
settings:
  uninspectable: {{tracker: block, unknown: report, processor: report, same-owner: report, first: report}}

# Dated exceptions. Each narrows one rule, for one client, until its end; then the flow stops by itself.
# approvals:
# - id: crm-2027
#   client: "app:crm"
#   rule: rosters-to-third-parties
#   data: [group.name, group.member_count]
#   owner: dpo@example.com
#   reason: "ticket 981"
#   until: 2027-03-31T00:00:00Z

# What must hold of whole pages in every run of `taciturn replay`. They change no verdict, and fail the run.
# assertions:
# - pages: "https://app.example/account/**"
#   why: "nobody advertises behind the login"
#   no_tracker: {{category: advertising}}
#   max_third_parties: 3
# - pages: {{class: signed-in}}
#   no_unknown_third_parties: true

# Values that must not leave, whatever they look like: lists in files, the names in a folder, values themselves.
# watch:
#   files: [customers.csv#email, projects.txt]
#   directory: ~/Documents
#   values: ["Copper Lantern"]
#   kinds: {{projects: group.name}}

# What sites show to somebody who is signed in is remembered for a while, in memory only, and found when it leaves to
# somebody else. off: nothing is read or remembered.
provenance: on

# Where `taciturn run` and `taciturn serve` listen.
# proxy:
#   listen: 127.0.0.1:8080

# What one request may cost. Beyond it, it counts as not looked into. Sizes are bytes.
limits:
{limits}
"""

_LIMIT_NOTES = {
    "depth": "layers inside each other",
    "nodes": "fields of one request, all layers together",
    "layer_in": "what one decoder reads; not below body",
    "layer_out": "what one decoder gives",
    "read_total": "what all decoders read together",
    "decoded_total": "what all decoders give together",
    "work": "what all decoders cost together, in bytes of a fast one",
    "ratio": "how often its size a compressed part may become, after the first MB",
    "ratio_free": "expansion below this is never judged by its ratio",
    "total_ratio": "how often its size a message may become, all decoders together",
    "total_free": "decoded bytes below which that is not judged",
    "body": "request bodies held in memory; larger ones are refused",
    "head": "request line and headers",
    "opaque_run": "an unreadable run up to this length counts as an id",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "init",
        help="write a commented taciturn.yaml",
        description="Writes a commented configuration that does what taciturn does without one.",
        epilog="exit codes: 0 written, 2 the file is there already, or cannot be written",
    )
    parser.add_argument("path", nargs="?", default="taciturn.yaml", metavar="FILE", help="default: taciturn.yaml")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the file, and says what to do next."""
    from taciturn.config import pack_names
    from taciturn.errors import UsageError
    from taciturn.limits import DEFAULT

    path = Path(args.path)
    if path.is_dir():
        path = path / "taciturn.yaml"
    text = content(pack_names(), DEFAULT)
    try:
        # "x" and not a look beforehand: nothing that appears in between is overwritten
        with path.open("w" if args.force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already\n    mend: --force overwrites it") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    print(f"{path} written. `taciturn rules list` shows what it puts in force.")
    return 0


def content(packs: tuple[str, ...], limits: Limits) -> str:
    """The text of the file."""
    shown = {name: value for name, value in limits._asdict().items() if name in _LIMIT_NOTES}
    width = max(len(f"{name}: {value}") for name, value in shown.items())
    lines = [f"  {f'{name}: {value}'.ljust(width)}  # {_LIMIT_NOTES[name]}" for name, value in shown.items()]
    return TEMPLATE.format(packs="\n".join(f"- {name}" for name in packs), limits="\n".join(lines))
