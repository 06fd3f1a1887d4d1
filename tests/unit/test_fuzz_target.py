"""The fuzzer's promises on its own seeds, on inputs that once broke one, and on mutations made without its engine."""

from __future__ import annotations

import base64
import os
from functools import partial
from random import Random

import pytest
from tests.fuzz import target
from tests.fuzz.seeds import SEEDS, WORDS

from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.message import Body, Message

ROUNDS = int(os.environ.get("TACITURN_EXAMPLES", "60"))
# Inputs that the fuzzer found, each with what had gone wrong.
REGRESSIONS = {
    "a tag whose quotes do not pair hid a file name": "AAD+AAD+AB+LCAAAAAAAAP9FjTELwjAQhf/KceAmiUihUM5QnQQXdzt4IYktXGPRBLoU"
    "/7qxi8MbvvfBextkbPAqHKFWkwtY7W+4RYvNB/s0CjaAlMWQDIYY+pcPhw510LsOIQ1tEl/4aMMQXY4POD9lVLO8506j+ddkzc+Qtma1pNlAVcPl"
    "RLos30vYsZIcXetnHifxKvq0StLlH5flC3C9F6GrAAAA",
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return target.engine()


@pytest.mark.parametrize("name", list(SEEDS))
def test_seed_keeps_every_promise(engine: Engine, name: str) -> None:
    target.judge(engine, SEEDS[name])


def test_seeds_are_looked_into_and_most_are_redacted(engine: Engine) -> None:
    verdicts = [target.judge(engine, data).verdict for data in SEEDS.values()]
    assert verdicts.count(Verdict.REDACT) * 10 >= len(SEEDS) * 9


@pytest.mark.parametrize("data", REGRESSIONS.values(), ids=list(REGRESSIONS))
def test_input_that_once_broke_a_promise_keeps_it(engine: Engine, data: str) -> None:
    target.judge(engine, base64.b64decode(data))


def _mutate(random: Random, data: bytes, most: int) -> bytes:
    out = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(out))
        kind = random.random()
        if kind < 0.4:
            out[at:at] = random.choice(WORDS)
        elif kind < 0.6:
            del out[at : at + random.randint(1, 8)]
        elif kind < 0.8:
            out[at : at + 1] = bytes((random.randrange(256),))
        else:
            out[at:at] = out[at : at + random.randint(1, 40)]
    return bytes(out[:most])


def test_mutated_seeds_keep_every_promise(engine: Engine) -> None:
    for seed in range(ROUNDS):
        random = Random(seed)
        data = random.choice(list(SEEDS.values()))
        for _ in range(random.randint(1, 3)):
            data = target.mutated(data, 8192, random.randrange(1 << 30), partial(_mutate, random))
        target.judge(engine, data)


class _Leaking(target.LoudEngine):
    """Says that it has edited, and sends what came."""

    def inspect(self, message: Message, ctx):  # type: ignore[no-untyped-def]
        decision = super().inspect(message, ctx)
        if decision.outgoing is None:
            return decision
        out = decision.outgoing._replace(target=message.target, headers=message.headers, body=message.body.data)
        return type(decision)(**{**{f: getattr(decision, f) for f in decision.__slots__}, "outgoing": out})


def test_an_engine_that_leaks_breaks_a_promise(engine: Engine) -> None:
    leaking = _Leaking(engine.catalogue, engine.rules, engine.parties, target.LIMITS)
    with pytest.raises(target.Broken, match="removed value"):
        target.judge(leaking, SEEDS["json"])


def test_an_engine_that_raises_is_not_silenced(engine: Engine) -> None:
    def broken(name: str) -> None:
        if name == "detect":
            raise RuntimeError("constant")

    loud = target.LoudEngine(engine.catalogue, engine.rules, engine.parties, target.LIMITS, stage=broken)
    with pytest.raises(RuntimeError, match="constant"):
        target.judge(loud, SEEDS["json"])


def test_packed_message_comes_out_as_it_was_packed() -> None:
    message = target.message_of(target.pack(b"body", b"?a=1", b"v", 1 | 1 << 2 | 1 << 5))
    assert (message.target, message.body) == (b"/v1/t?a=1", Body(b"body"))
    assert message.headers == (
        (b"cookie", b"v"), (b"content-type", b"application/json"), (b"content-encoding", b"gzip"), (b"content-length", b"4"),
    )  # fmt: skip
