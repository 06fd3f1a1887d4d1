"""taciturn: a privacy proxy for outbound traffic.

The engine is a library too:

    from taciturn import Context, Message, build_engine
    decision = build_engine().inspect(Message.from_url("GET", url), Context(now))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Body", "Context", "Decision", "Engine", "Finding", "Message", "__version__", "build_engine", "load_config"]

if TYPE_CHECKING:
    from taciturn.config import build_engine, load_config
    from taciturn.engine import Engine
    from taciturn.model.decision import Decision
    from taciturn.model.facts import Context
    from taciturn.model.finding import Finding
    from taciturn.model.message import Body, Message

_HOMES = {
    "Body": "taciturn.model.message",
    "Context": "taciturn.model.facts",
    "Decision": "taciturn.model.decision",
    "Engine": "taciturn.engine",
    "Finding": "taciturn.model.finding",
    "Message": "taciturn.model.message",
    "build_engine": "taciturn.config",
    "load_config": "taciturn.config",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first asked for: `taciturn --help` must not pay for the engine."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'taciturn' has no attribute {name!r}")
