"""What customers say in the private chat with the bot."""

from datetime import datetime

from aiogram import Router
from aiogram.methods import DeleteForumTopic, TelegramMethod
from aiogram.types import Message, MessageReactionUpdated, ReactionTypeEmoji

from bot import texts
from bot.config import Settings
from bot.desk.errors import EditedCommand
from bot.desk.people import customers
from bot.desk.said import Incoming
from bot.desk.said.sentences import Sentence
from bot.desk.talk import intake
from bot.desk.tickets import theirs
from bot.handlers.filters import Carriable, OwnBranch, Service, begins_a_command
from bot.middlewares.customer import CustomerMiddleware
from bot.telegram import branches, reading
from models import Address


def words() -> Router:
    """The router of customers' words; commands are taken before it."""
    router = Router(name="words")
    router.message.register(branch_made, OwnBranch())
    router.message.register(receive, Carriable())
    router.edited_message.register(edited, Carriable())
    router.message_reaction.register(reacted)
    return router


def refused() -> Router:
    """The router of what is no words of any kind that can be passed on."""
    router = Router(name="refused")
    router.message.middleware(CustomerMiddleware())
    router.message.register(refuse, ~Service(unknown=False))
    return router


async def receive(message: Message, now: datetime, settings: Settings) -> None:
    """Words, a picture, a file: into the ticket. Nothing stands before it."""
    content = reading.customers(message)
    if content is None or message.from_user is None:
        return
    answered, branch = reading.answered(message), await branches.of(message, settings)
    incoming = Incoming(
        address=reading.address(message.chat.id),
        person=reading.customer(message.from_user, settings.language),
        external_id=str(message.message_id),
        content=content,
        reply_to=str(answered.message_id) if answered else None,
        quote=reading.quote(message),
        branch=branch,
    )
    received = await intake.receive(
        incoming, now, reopen_days=settings.reopen_days, most_open=settings.open_tickets
    )
    await branches.spoken_in(message.chat.id, branch, received.ticket_id, now)


async def branch_made(message: Message, now: datetime) -> TelegramMethod[bool] | None:
    """A topic of our own making came as an update; one that no request needs is deleted."""
    created = message.forum_topic_created
    thread_id = message.message_thread_id
    if created is None or thread_id is None:
        return None
    if await branches.adopt(message.chat.id, thread_id, created.name, now):
        return None
    return DeleteForumTopic(chat_id=message.chat.id, message_thread_id=thread_id)


async def edited(message: Message, now: datetime, settings: Settings) -> None:
    """The customer changed what they said. What was no words, but a command, may be so now."""
    content = reading.customers(message)
    if content is None:
        return
    place, number = reading.address(message.chat.id), str(message.message_id)
    if await intake.knows(place, number):
        await intake.edited(place, number, content, now)
    elif not begins_a_command(content.words.text):
        await receive(message, now, settings)
    elif message.from_user is not None:
        person = reading.customer(message.from_user, settings.language)
        address = await theirs.at(place, person, now)
        address.branch = branches.at(message, settings)
        await customers.tell(address, Sentence(EditedCommand().sentence), now)


async def reacted(reaction: MessageReactionUpdated, now: datetime) -> None:
    """The customer reacted to something; a reaction of their own kind is shown by name."""
    where = reading.address(reaction.chat.id), str(reaction.message_id)
    await intake.reacted(*where, emoji_of(reaction), now, reaction.date)


async def refuse(message: Message, now: datetime, address: Address) -> None:
    """A kind that no bot can pass on: its sender is told, by its name."""
    name = reading.not_carried(message)
    if name is None:
        return
    sentence = texts.mark(
        "Sorry, Telegram does not let bots pass on {kind}, so nobody here has seen it. Please "
        "send it as text, a photo or a file."
    )
    await customers.tell(address, Sentence(sentence, {"kind": Sentence(name)}), now)


def emoji_of(reaction: MessageReactionUpdated) -> str:
    """The newest reaction as an emoji; "" when it was taken back, ❤ for one of a set's own."""
    if not reaction.new_reaction:
        return ""
    last = reaction.new_reaction[-1]
    return last.emoji if isinstance(last, ReactionTypeEmoji) else "❤"
