from __future__ import annotations

from taciturn.adapters.mitm.gate import Gate, LearnedProtocols
from taciturn.adapters.mitm.guard import Guard

SHOP = ("shop.example", 443)


def test_gate_without_a_grant_refuses() -> None:
    gate = Gate(Guard(None, {}))
    assert gate.refusal("client", SHOP)
    assert gate.refusal("client", None)


def test_gate_grant_is_for_that_client_host_and_port() -> None:
    gate = Gate(Guard(None, {}))
    gate.grant("client", *SHOP)
    assert gate.refusal("client", SHOP) == ""
    assert gate.refusal("other", SHOP)
    assert gate.refusal("client", ("shop.example", 80))
    assert gate.refusal("client", ("www.shop.example", 443))


def test_gate_client_is_gone_its_grants_are_gone() -> None:
    gate = Gate(Guard(None, {}))
    gate.grant("client", *SHOP)
    gate.forget("client")
    assert gate.refusal("client", SHOP)


def test_gate_granted_address_that_the_guard_refuses_is_refused() -> None:
    gate = Gate(Guard((), {}))
    gate.grant("client", "10.0.0.1", 80)
    assert gate.refusal("client", ("10.0.0.1", 80))


def test_gate_upstream_proxy_needs_some_grant_of_the_client() -> None:
    gate = Gate(Guard((), {}, ("10.0.0.9", 3128)))
    assert gate.refusal("client", ("10.0.0.9", 3128))
    gate.grant("client", *SHOP)
    assert gate.refusal("client", ("10.0.0.9", 3128)) == ""
    assert gate.refusal("other", ("10.0.0.9", 3128))


def test_learned_protocols_host_without_http2_is_remembered_until_it_has_it() -> None:
    learned = LearnedProtocols()
    learned.saw(SHOP, offered_h2=True, chose_h2=False)
    assert learned.is_http1(SHOP)
    learned.saw(SHOP, offered_h2=True, chose_h2=True)
    assert not learned.is_http1(SHOP)


def test_learned_protocols_http2_was_not_offered_nothing_is_learned() -> None:
    learned = LearnedProtocols()
    learned.saw(SHOP, offered_h2=False, chose_h2=False)
    assert not learned.is_http1(SHOP)


def test_learned_protocols_capacity_is_reached_the_oldest_is_forgotten() -> None:
    learned = LearnedProtocols(capacity=2)
    for number in range(3):
        learned.saw((f"{number}.example", 443), offered_h2=True, chose_h2=False)
    assert [learned.is_http1((f"{number}.example", 443)) for number in range(3)] == [False, True, True]
