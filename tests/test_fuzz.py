"""The short form of `make fuzz`: a team's day at random, on the test's own database."""

import pytest

from tests.fuzz.__main__ import day


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_a_team_does_nothing_leaks_and_all_replays(db: str, seed: int) -> None:
    ledger, done = await day(db, seed, 250, 20, kills=0.01)
    assert ledger.broken == []
    assert ledger.carried > 10
    assert len(done) > 20
    assert done["fates"] > 20
