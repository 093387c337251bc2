"""Operators at work: answers and notes, who may do what, and what stays inside."""

import random

import asyncpg
import pytest

from tests.stories.chat import Customer, Operator, Topic, eventually, words
from tests.stories.conftest import Stage
from tests.stories.test_members import STANDING

NOTES = ("// call the courier", "//", "/note ask Ivan", "/note@story_bot twice", "\u200b//hidden")


@pytest.fixture
async def anna(desk: Stage) -> Customer:
    customer = desk.customer("Anna")
    customer.writes("Where is my order?")
    await (await desk.topic("#1")).shows("Where is my order?")
    return customer


async def test_notes_stay_inside(desk: Stage, anna: Customer, witness: asyncpg.Connection) -> None:
    topic = await desk.topic("#1")
    for note in NOTES:
        desk.olena.writes(topic, note)
    first = desk.olena.writes(topic, "// the first")
    desk.taras.writes(topic, "I agree", reply_to=first["message_id"])
    desk.olena.sends(topic, "photo", data=b"a picture", caption="// the label")
    desk.olena.writes(desk.general, "lunch at one")
    desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    await desk.settles(witness)
    sign, answer = anna.messages()[-2:]
    assert words(sign).removeprefix("💬 ").startswith("Request #1"), "whatever it shows by now"
    assert words(answer) == "It leaves today"


async def test_notes_mode_keeps_everything_inside(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    topic = await desk.topic("#1")
    desk.olena.writes(topic, "/notes")
    await eventually(lambda: "Notes mode" in topic.card["text"], lambda: topic.card["text"])
    desk.olena.writes(topic, "between us")
    await desk.settles(witness)
    anna.lacks("between us")
    desk.olena.writes(topic, "/notes off")
    await topic.shows("Notes mode is off")
    desk.olena.writes(topic, "to you")
    await anna.shows("to you")


async def test_only_replies_go_out_when_so_set(stage: Stage, witness: asyncpg.Connection) -> None:
    await stage.opens(reply_mode="reply")
    anna = stage.customer("Anna")
    anna.writes("Where is my order?")
    topic = await stage.topic("#1")
    question = await topic.shows("Where is my order?")
    stage.olena.writes(topic, "what do you think?")
    stage.olena.writes(topic, "It leaves today", reply_to=question["message_id"])
    await anna.shows("It leaves today")
    await stage.settles(witness)
    anna.lacks("what do you think?")


async def test_an_answer_turned_into_a_note_is_not_sent_again(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    topic = await desk.topic("#1")
    said = desk.olena.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.olena.edits(said, "// he is difficult")
    await topic.shows("This was sent before you turned it into a note")
    await desk.settles(witness)
    anna.lacks("difficult")


class Colleagues:
    """Two operators who mix notes and answers as people do."""

    def __init__(self, desk: Stage, topic: Topic) -> None:
        self.dice = random.Random(7)
        self.topic = topic
        self.operators = (desk.olena, desk.taras)
        self.notes = [desk.olena.writes(topic, "// colleagues-only")]
        self.answers = [desk.olena.writes(topic, "welcome")]

    def do_something(self, number: int) -> None:
        act = self.dice.choice((self.note, self.reply, self.send, self.edit, self.hide, self.say))
        act(self.dice.choice(self.operators), f"colleagues-only {number}")

    def note(self, who: Operator, secret: str) -> None:
        self.notes.append(who.writes(self.topic, f"// {secret}"))

    def reply(self, who: Operator, secret: str) -> None:
        note = self.dice.choice(self.notes)
        self.notes.append(who.writes(self.topic, secret, reply_to=note["message_id"]))

    def send(self, who: Operator, secret: str) -> None:
        self.notes.append(who.sends(self.topic, "document", data=b"x", caption=f"/note {secret}"))

    def edit(self, who: Operator, secret: str) -> None:
        mine = [note for note in self.notes if note["from"]["id"] == who.person.id]
        if mine:
            who.edits(self.dice.choice(mine), secret)

    def hide(self, who: Operator, secret: str) -> None:
        mine = [answer for answer in self.answers if answer["from"]["id"] == who.person.id]
        if mine:
            self.answers.remove(mine[-1])
            who.edits(mine[-1], f"// {secret} after all")

    def say(self, who: Operator, _secret: str) -> None:
        self.answers.append(who.writes(self.topic, "welcome"))


async def test_hundreds_of_acts_of_operators_leak_no_note(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    """The promise of tests/desk/test_notes.py, here through Telegram itself."""
    colleagues = Colleagues(desk, await desk.topic("#1"))
    for number in range(300):
        colleagues.do_something(number)
    await desk.settles(witness)
    everything = " ".join(str(message) for message in anna.messages())
    assert "colleagues-only" not in everything
    assert everything.count("welcome") > 30


async def test_an_anonymous_admin_is_asked_to_show_their_face(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    topic = await desk.topic("#1")
    desk.olena.person.anonymously.writes(desk.group, "Who am I?", thread=topic.thread)
    await topic.shows("You write anonymously")
    await desk.settles(witness)
    anna.lacks("Who am I?")


async def test_status_is_for_admins(desk: Stage, anna: Customer) -> None:
    desk.taras.writes(desk.general, "/status")
    await desk.taras.hears(desk.general, "Only leads and admins of this group can do that.")
    desk.olena.writes(desk.general, "/status")
    told = await desk.olena.hears(desk.general, "Desk status")
    assert "new: 1" in told["text"]


async def test_an_admin_who_is_none_any_more_loses_the_right(
    desk: Stage, witness: asyncpg.Connection
) -> None:
    desk.olena.person.promotes(desk.taras.person, desk.group, can_manage_chat=True)
    await desk.settles(witness)
    desk.taras.writes(desk.general, "/status")
    await desk.taras.hears(desk.general, "Desk status")
    desk.olena.person.demotes(desk.taras.person, desk.group)
    await desk.settles(witness)
    desk.taras.writes(desk.general, "/status")
    await desk.taras.hears(desk.general, "Only leads and admins of this group can do that.")


async def test_who_leaves_the_group_is_no_operator_any_more(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    topic = await desk.topic("#1")
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.taras.person.leaves(desk.group)
    await desk.settles(witness)
    assert await witness.fetchval(STANDING, desk.taras.person.id) == "gone"


async def test_status_commands_do_as_the_buttons(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    topic = await desk.topic("#1")
    for command, status in (
        ("/wait", "waiting"),
        ("/resolve", "resolved"),
        ("/close@story_bot", "closed"),
        ("/reopen", "open"),
    ):
        desk.olena.writes(topic, command)
        await desk.settles(witness)
        assert await witness.fetchval("SELECT status FROM ticket") == status, command
    desk.olena.writes(topic, "/reopen")
    await desk.olena.hears(topic, "The ticket already has this status.")
    desk.olena.writes(desk.general, "/close")
    await desk.olena.hears(desk.general, "This topic has no ticket.")


async def test_a_strange_group_is_not_served(desk: Stage, witness: asyncpg.Connection) -> None:
    stranger = desk.world.person("Mallory")
    group = desk.world.group("Not yours", stranger)
    stranger.adds_bot(desk.bot, group)
    topic = stranger.creates_topic(group, "#1 Anna")
    stranger.writes(group, "/close", thread=topic)
    stranger.writes(group, "/status")
    await desk.settles(witness)
    said = [m for m in desk.world.history(group, 1) if m["from"]["id"] == desk.bot.id]
    assert all("/setup" in m.get("text", "") for m in said), "only how to set up is said"


async def test_who_has_left_presses_in_vain(
    desk: Stage, anna: Customer, witness: asyncpg.Connection
) -> None:
    """An old message can still be open on the screen of somebody who left."""
    topic = await desk.topic("#1")
    desk.taras.writes(topic, "It leaves today")
    await anna.shows("It leaves today")
    desk.taras.person.leaves(desk.group)
    answer = await desk.taras.presses(topic.card, "✅ Resolve", still_open=True)
    assert answer["text"] == "You are not in the operators’ group any more."
    assert await witness.fetchval("SELECT status FROM ticket") == "waiting"
