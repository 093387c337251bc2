"""What people say by the inline mode of another bot, such as one that finds GIFs."""

from typing import Any

import pytest

from sandbox.accounts import Bot
from sandbox.params import Params, Upload
from sandbox.people import Person
from tests.stories.chat import Offers, Operator, Topic
from tests.stories.conftest import Stage

TOKEN = "7000000004:AAHa-bot-that-finds-gifs-0000000000000"


class Finder:
    """Another bot, which nobody has in their group: it offers a GIF and a line of words."""

    def __init__(self, desk: Stage) -> None:
        self.world = desk.world
        self.bot: Bot = desk.world.add_bot(TOKEN, "GIF", "gif_bot")
        self.bot.inline = True
        friend = desk.world.person("Friend")
        friend.start(self.bot)
        sent = self._calls("sendAnimation", chat_id=friend.id, animation=Upload("a.mp4", "", b"1"))
        self.found = sent["animation"]["file_id"]

    def _calls(self, method: str, **values: Any) -> Any:
        uploads = {name: one for name, one in values.items() if isinstance(one, Upload)}
        return self.world.call(self.bot, method, Params(values, uploads))

    def offers(self, person: Person, where: int | Bot) -> str:
        """The query of a person who is offered both."""
        query = person.asks_inline(where, "cat", bot=self.bot)
        said = {"message_text": "Meow"}
        results = [
            {"type": "mpeg4_gif", "id": "1", "mpeg4_file_id": self.found, "caption": "A cat"},
            {"type": "article", "id": "2", "title": "M", "input_message_content": said},
        ]
        self._calls("answerInlineQuery", inline_query_id=query, results=results, cache_time=0)
        return query


@pytest.fixture
def finder(desk: Stage) -> Finder:
    return Finder(desk)


def _offered(finder: Finder, operator: Operator, topic: Topic) -> Offers:
    return Offers(operator, topic, finder.offers(operator.person, operator.chat))


async def test_an_operators_choice_goes_to_the_customer(desk: Stage, finder: Finder) -> None:
    anna, topic = await desk.asks()
    _offered(finder, desk.olena, topic).chooses(0)
    _offered(finder, desk.taras, topic).chooses(1)
    assert "animation" in await anna.shows("A cat")
    await anna.shows("Meow")
    await anna.shows_in_order("A cat", "Meow")


async def test_words_for_a_bot_that_were_sent_too_soon_are_held(
    desk: Stage, finder: Finder
) -> None:
    anna, topic = await desk.asks()
    desk.olena.writes(topic, "@gif_bot cat")
    asked = await topic.shows("Is this a note, or is it for the customer?")
    desk.olena.writes(topic, "We are looking.")
    await anna.shows("We are looking.")
    anna.lacks("@gif_bot cat")
    await desk.olena.presses(asked, "📨 Send to the customer")
    await anna.shows("@gif_bot cat")


async def test_a_customers_choice_comes_into_the_topic(desk: Stage, finder: Finder) -> None:
    anna, topic = await desk.asks()
    anna.person.chooses(desk.bot, finder.offers(anna.person, desk.bot), 0)
    assert "animation" in await topic.shows("A cat")


async def test_a_choice_that_answers_a_note_stays_inside(desk: Stage, finder: Finder) -> None:
    anna, topic = await desk.asks()
    note = desk.taras.writes(topic, "// who packed it?")
    _offered(finder, desk.olena, topic).chooses(1, reply_to=note["message_id"])
    desk.olena.writes(topic, "We are looking.")
    await anna.shows("We are looking.")
    assert not any(one.get("text") == "Meow" for one in anna.messages())
