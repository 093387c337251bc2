"""What a topic is called when its ticket begins with anything but words."""

from typing import Any

import pytest

from tests.stories.conftest import Stage


@pytest.mark.parametrize(
    ("kind", "how", "name"),
    [
        ("photo", {}, "#1 Ганна · Фото"),
        ("document", {"filename": "накладна.pdf"}, "#1 Ганна · Файл «накладна.pdf»"),
        ("voice", {}, "#1 Ганна · Голосове повідомлення"),
        ("live_photo", {"caption": "Тріснув екран"}, "#1 Ганна · Тріснув екран"),
        ("live_photo", {}, "#1 Ганна · Живе фото"),
    ],
)
async def test_a_topic_without_words_says_what_came(
    stage: Stage, kind: str, how: dict[str, Any], name: str
) -> None:
    await stage.opens(language="uk")
    hanna = stage.customer("Ганна", "en")
    hanna.sends(kind, **how)
    topic = await stage.topic("#1")
    assert topic.info["name"] == name


async def test_an_album_is_called_by_its_caption_wherever_it_stands(desk: Stage) -> None:
    anna = desk.customer("Anna")
    parts: list[dict[str, Any]] = [{"kind": "photo"}, {"kind": "photo", "caption": "It is broken"}]
    anna.person.album(anna.bot, parts)
    topic = await desk.topic("#1")
    assert topic.info["name"] == "#1 Anna · It is broken"


async def test_the_first_words_that_come_name_the_ticket_without_an_action_of_their_own(
    desk: Stage,
) -> None:
    anna = desk.customer("Anna")
    anna.sends("photo")
    topic = await desk.topic("#1")
    await topic.shows_kind("photo")
    anna.writes("The lamp is broken")
    await topic.shows("The lamp is broken")
    assert topic.info["name"] == "#1 Anna · Photo"
    desk.olena.writes(topic, "/resolve")
    await topic.becomes(name="#1 Anna · The lamp is broken")
    anna.writes("Thank you")
    await topic.shows("Thank you")
    edits = desk.sandbox.calls.of("editForumTopic")
    assert all(call.values.get("icon_custom_emoji_id") for call in edits)
