"""`/settings`: an admin sees what is chosen, and chooses."""

import asyncpg

from tests.stories.chat import words
from tests.stories.conftest import Stage

CHOSEN = "SELECT settings FROM department WHERE id = 1"


async def test_an_admin_chooses_by_buttons(desk: Stage, witness: asyncpg.Connection) -> None:
    desk.olena.writes(desk.general, "/settings")
    shown = await desk.olena.hears(desk.general, "Settings of this department")
    assert "Second answers to one request: wait a few seconds" in words(shown)
    await desk.olena.presses(shown, "✋ Second answers")
    asked = await desk.olena.hears(desk.general, "Somebody answers a request that another one has")
    answer = await desk.olena.presses(asked, "go like all others")
    assert answer["text"] == "Done."
    answer = await desk.olena.presses(asked, "go like all others")
    assert answer["text"] == "It is so already."
    await desk.olena.presses(shown, "↩️ Reopening")
    asked = await desk.olena.hears(desk.general, "For how many days")
    await desk.olena.presses(asked, "3 days")
    await desk.olena.presses(shown, "👥 New requests")
    asked = await desk.olena.hears(desk.general, "New requests go by hand")
    await desk.olena.presses(asked, "By load (who has the fewest)")
    desk.olena.writes(desk.general, "/settings")
    shown = await desk.olena.hears(desk.general, "Settings of this department", times=2)
    assert "New requests: by load" in words(shown)
    assert "Second answers to one request: go like all others" in words(shown)
    assert "open a closed request again: 3" in words(shown)


async def test_an_admin_types_what_no_button_can_say(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    typed = (
        "template #{number} {subject}",
        "status open У майстерні",
        "field ticket order text Номер замовлення",
        "field customer size choice S|M|L Розмір",
        "days 14",
    )
    for number, each in enumerate(typed, 1):
        desk.olena.writes(desk.general, f"/settings {each}")
        await desk.olena.hears(desk.general, "Done.", times=number)
    desk.olena.writes(desk.general, "/settings")
    shown = words(await desk.olena.hears(desk.general, "Settings of this department"))
    for each in (
        "Names of topics: #{number} {subject}",
        "Names of statuses: open → У майстерні",
        "Номер замовлення (order, text)",
        "Розмір (size, one of: S | M | L)",
        "again: 14",
    ):
        assert each in shown


async def test_colleagues_read_a_status_by_the_name_it_has_there_and_customers_do_not(
    desk: Stage,
) -> None:
    desk.olena.writes(desk.general, "/settings status waiting До майстра")
    await desk.olena.hears(desk.general, "Done.")
    anna, topic = await desk.asks()
    desk.taras.writes(topic, "On its way")
    await anna.shows("On its way")
    await topic.changes(topic.card, "#1 · До майстра")
    profile = words(await desk.olena.asks(topic, "/profile"))
    assert "#1 · Where is my order? · До майстра · " in profile
    history = words(await desk.olena.asks(topic, "/history"))
    assert "status: new → До майстра" in history
    standing = words(await desk.olena.asks(desk.general, "/status"))
    assert "☕️ До майстра: 1" in standing
    anna.writes("/status 1")
    await anna.shows("waiting for your reply")
    anna.lacks("До майстра")


async def test_what_is_typed_wrongly_changes_nothing(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    desk.olena.writes(desk.general, "/settings template {name}")
    await desk.olena.hears(desk.general, "It begins with #{number} and a space")
    desk.olena.writes(desk.general, "/settings days many")
    await desk.olena.hears(desk.general, "That takes a number of days")
    desk.olena.writes(desk.general, "/settings colour red")
    await desk.olena.hears(desk.general, "Write it like this: /settings")
    desk.taras.writes(desk.general, "/settings days 3")
    await desk.taras.hears(desk.general, "Only admins of this group can do that.")
    assert await witness.fetchval(CHOSEN) is None
