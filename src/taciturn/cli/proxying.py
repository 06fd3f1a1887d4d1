"""What `run` and `serve` share: options, settings from the configuration, and the start in an optimised interpreter."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from taciturn.errors import UsageError

if TYPE_CHECKING:
    from taciturn.adapters.mitm.settings import ProxySettings
    from taciturn.config import Config

_PROGRAMS = ("taciturn", "main.py")


def add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("proxy")
    group.add_argument("--listen", metavar="HOST:PORT", help="where clients connect (default: 127.0.0.1:8080)")
    group.add_argument("--upstream", metavar="URL", help="the next proxy, http://HOST:PORT or https://HOST:PORT")
    group.add_argument("--upstream-ca", metavar="FILE", help="PEM file to trust besides the public authorities")
    group.add_argument("--audit", metavar="FILE", help="audit log, JSON Lines; - is standard output")


def optimise() -> None:
    """Starts this command again with `python -O`, which takes a quarter off the proxy's processor time.

    Nothing here relies on an assert: the self-test at start runs in that same interpreter. Only the real program does
    this, never a test that calls it; TACITURN_NO_OPTIMISE=1 leaves it out.
    """
    wanted = __debug__ and sys.platform != "win32" and not os.environ.get("TACITURN_NO_OPTIMISE")
    if wanted and Path(sys.argv[0]).name in _PROGRAMS and sys.executable:
        isolated = ["-I"] if sys.flags.isolated else []
        os.execv(sys.executable, [sys.executable, "-O", "-P", *isolated, "-m", "taciturn.cli.main", *sys.argv[1:]])  # noqa: S606


def settle() -> None:
    """Rules and catalogue stay to the end: the collector need not walk them again and again. It stops everything for
    100 ms when it does, and reading answers gives it reason to."""
    import gc

    gc.collect()
    gc.freeze()


def settings_of(args: argparse.Namespace, config: Config, base: ProxySettings) -> tuple[ProxySettings, str]:
    """The configuration's `proxy:` section, with the command line over it -> (settings, audit log).

    Raises:
        ConfigError, UsageError: what cannot be used, and how it should look.
    """
    from taciturn.adapters.mitm import settings as proxy

    folder = config.path.parent if config.path else Path()
    settings, audit = proxy.from_mapping(
        config.proxy, config.file, replace(base, body_limit=config.limits.body), folder
    )
    try:
        if args.listen:
            host, port = proxy.parse_listen(args.listen)
            settings = replace(settings, listen_host=host, listen_port=port)
        if args.upstream:
            settings = replace(settings, upstream=proxy.parse_upstream(args.upstream))
        if args.upstream_ca:
            settings = replace(settings, trust_ca=Path(args.upstream_ca))
    except ValueError as error:
        raise UsageError(str(error)) from None
    return settings, args.audit or audit
