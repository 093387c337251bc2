"""Faults: those asked for, those drawn, and their count."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.faults import KINDS, Faults


def test_a_fault_waits_for_its_call_and_happens_once() -> None:
    faults = Faults()
    faults.next(do="500", method="sendMessage", chat=-5)
    assert faults.choose("sendPhoto", {"chat_id": "-5"}) is None
    assert faults.choose("sendMessage", {"chat_id": "6"}) is None
    assert faults.waiting == 1
    chosen = faults.choose("SENDMESSAGE", {"chat_id": "-5"})
    assert chosen is not None
    assert chosen.do == "500"
    assert faults.choose("sendMessage", {"chat_id": "-5"}) is None
    assert faults.log == {"500": 1}


def test_a_predicate_and_a_number_of_times() -> None:
    faults = Faults()
    faults.next(do="429", times=2, when=lambda _method, values: "secret" in values["text"])
    fits = [faults.choose("sendMessage", {"text": t}) for t in ("a", "secret", "b", "secret")]
    assert [fault is not None for fault in fits] == [False, True, False, True]
    assert faults.waiting == 0


def drawn(seed: int, calls: int = 400, **options: Any) -> list[str | None]:
    faults = Faults()
    faults.random(0.25, ("500", "drop_after"), seed, **options)
    found = [faults.choose("sendMessage", {}) for _ in range(calls)]
    return [None if fault is None else fault.do for fault in found]


def test_random_faults_follow_their_seed_and_rate() -> None:
    assert drawn(1) == drawn(1) != drawn(2)
    assert 60 < sum(kind is not None for kind in drawn(1)) < 140
    assert set(drawn(1)) == {None, "500", "drop_after"}


def test_polls_are_spared_unless_wanted() -> None:
    faults = Faults()
    faults.random(1, ("500",), 1)
    assert faults.choose("getupdates", {}) is None
    faults.random(1, ("500",), 1, spared=())
    assert faults.choose("getUpdates", {}) is not None
    faults.clear()
    assert faults.choose("sendMessage", {}) is None


def test_unknown_kinds_are_named() -> None:
    with pytest.raises(ValueError, match="unknown fault 'flood'"):
        Faults().next(do="flood")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="flood"):
        Faults().random(0.5, ["flood"], 1)  # type: ignore[list-item]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_an_answer_or_happens_to_the_connection(kind: Any) -> None:
    error = Faults().next(do=kind, retry_after=7, text="Bad Request: no").error()
    codes = {"500": 500, "502": 502, "429": 429, "400": 400}
    assert (error and error.code) == codes.get(kind)
