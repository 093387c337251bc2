"""The test ticket: a topic that shows how a ticket looks, made once in each group."""

from contextlib import suppress

from aiogram.methods import CreateForumTopic, PinChatMessage

from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.kinds.to_group import Practice
from bot.desk.words import Words, bold, join, plain
from bot.forum.errand import NOTHING
from bot.forum.ground import Ground
from bot.telegram import changing
from bot.telegram.refusals import Missing, Moved, NoReaction, NoRights, TopicClosed, TopicGone
from bot.telegram.shown import UNKNOWN
from bot.telegram.speaker import Thread
from bot.texts import _
from models import Group


async def show(ground: Ground, group: Group, *, may_pin: bool) -> None:
    """Make the topic with its card, unless it was made; each step is written down at once.

    One that people have deleted does not come back.
    """
    speaker = ground.speaker(group.chat_id)
    if group.test_card_id is not None:
        return
    if group.test_thread_id is None:
        name = _("Test ticket · Topicdesk")
        topic = await speaker.call(CreateForumTopic(chat_id=group.chat_id, name=name))
        group.test_thread_id = topic.message_thread_id
        await Group.filter(id=group.id).update(test_thread_id=group.test_thread_id)
        ground.all.forget_groups()  # whoever writes there at once is told of the test ticket
    speaker.place = Thread(group.chat_id, group.test_thread_id)
    with suppress(TopicGone, TopicClosed):
        (card_id,) = await speaker.say(_card())
        await Group.filter(id=group.id).update(test_card_id=card_id)
        if may_pin and card_id != UNKNOWN:
            with suppress(NoRights, Missing):
                await speaker.call(
                    PinChatMessage(
                        chat_id=group.chat_id, message_id=card_id, disable_notification=True
                    )
                )


async def mark(ground: Ground, what: Practice, _number: int) -> Carried:
    """The delivery mark on words in the test ticket."""
    speaker = ground.speaker(what.chat_id)
    with suppress(Missing, Moved, NoReaction, TopicGone):
        await changing.react(speaker, what.post_id, changing.DELIVERED)
    return NOTHING


async def adopt(group: Group, thread_id: int) -> None:
    """A topic of our own making that is no ticket's: the test ticket, if its answer was lost."""
    await Group.filter(id=group.id, test_thread_id=None).update(test_thread_id=thread_id)


def _card() -> Words:
    lines = [
        bold(_("Test ticket")),
        plain(_("A customer’s request will look like this: a topic with a card on top.")),
        plain(_("What you write in it goes to the customer; what begins with // stays here.")),
        plain(_("Try it: no customer reads this topic.")),
    ]
    return join("\n", lines)
