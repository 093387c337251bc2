"""Another program has set a webhook for our bot: it is said, and it heals by itself."""

import aiohttp

from tests.stories.conftest import TOKEN, Stage


async def asks(desk: Stage, method: str, **values: str) -> None:
    """The other program calls the Bot API with our token."""
    url = f"{desk.sandbox.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=values) as answer:
        assert answer.status == 200, await answer.text()


async def ready(desk: Stage) -> bool:
    async with aiohttp.ClientSession() as http, http.get(f"{desk.url}/readyz") as answer:
        return bool((await answer.json())["updates"])


async def test_it_is_told_and_heals_by_itself(desk: Stage) -> None:
    anna, topic = await desk.asks()
    assert await ready(desk)
    await asks(desk, "setWebhook", url="https://elsewhere.example.com/hook")
    await desk.general.shows("Another program is receiving this bot's messages")
    assert not await ready(desk)
    anna.writes("Are you there?")
    await asks(desk, "deleteWebhook")
    await topic.shows("Are you there?")
    await desk.general.shows("I am receiving this bot's messages again")
    assert await ready(desk)
