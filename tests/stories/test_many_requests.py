"""A customer who wants more open requests than one may have."""

from tests.stories.conftest import Stage


async def test_new_at_the_limit_says_where_words_go(stage: Stage) -> None:
    await stage.opens(open_tickets=1)
    anna, topic = await stage.asks()
    anna.writes("/new")
    await anna.shows("so your words go to the last one, #1")
    anna.writes("And where is the other one?")
    await topic.shows("And where is the other one?")
    assert len(stage.topics()) == 1
