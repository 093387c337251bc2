"""What there is in the world at this moment, for the page and for tests over HTTP."""

from __future__ import annotations

from typing import Any

from sandbox.accounts import Bot, User
from sandbox.chats import Chat
from sandbox.living import LivingWorld
from sandbox.people import Person
from sandbox.posting import listeners
from sandbox.showing import chat_json, person_view
from sandbox.stickers import icon_emoji

Json = dict[str, Any]

LANGUAGES = ("", "uk", "ru", "en")


def overview(world: LivingWorld) -> Json:
    """Bots, people and groups. `bot` is the first bot, or null when there is none."""
    bots = [_bot(bot) for bot in world.bots.values()]
    return {
        "bot": bots[0] if bots else None,
        "bots": bots,
        "people": [person(world, one.user) for one in world.people()],
        "chats": [group(world, chat) for chat in world.chats.values() if not chat.private],
        "misplaces": world.misplaces,
        "ephemeral": world.ephemeral,
    }


def person(world: LivingWorld, user: User) -> Json:
    """A person, the part they have (owner, admin, operator or customer), and their bots."""
    private = [world.private_chats.get((bot.id, user.id)) for bot in world.bots.values()]
    known = [chat for chat in private if chat is not None]
    return {
        "id": user.id,
        "name": f"{user.first_name} {user.last_name}".strip(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "phone": user.phone,
        "language": user.language_code,
        "role": _role(world, user.id),
        "deactivated": user.deactivated,
        "started": [chat.bot for chat in known if chat.started],
        "blocked": [chat.bot for chat in known if chat.blocked],
        "topics": {str(chat.bot): _topics(world, chat) for chat in known if chat.is_forum},
    }


def group(world: LivingWorld, chat: Chat) -> Json:
    """A group with its members and topics."""
    members = [_member(world, chat, number) for number in chat.members if chat.has(number)]
    return {
        "id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "is_forum": chat.is_forum,
        "upgraded_to": chat.upgraded_to or None,
        "deleted": chat.deleted,
        "members": members,
        "pinned": chat.pinned,
        "topics": _topics(world, chat),
    }


def menu(world: LivingWorld, place: int | Bot, one: Person) -> list[Json]:
    """The commands that the app offers a person in a chat; `bot` says whose each is."""
    chat = world.chat(place, one.id)
    shown, admin = chat_json(world, chat), chat.is_admin(one.id)
    found: list[Json] = []
    for bot in listeners(world, chat):
        commands = bot.commands.resolve(shown, one.id, one.user.language_code, administrator=admin)
        found += [{**command, "bot": bot.user.username} for command in commands]
    return found


def _bot(bot: Bot) -> Json:
    names: Json = {"id": bot.id, "username": bot.user.username, "name": bot.user.first_name}
    names |= {"inline": bot.inline}
    names |= {"topics": bot.topics, "topics_of_people": bot.topics_of_people}
    described = {code: bot.commands.text("description", code) for code in LANGUAGES}
    return {**names, "descriptions": described}


def _topics(world: LivingWorld, chat: Chat) -> list[Json]:
    """Topics with what their rows in the app's list show: the icon and the last message."""
    newest = {message.thread or 1: message for message in chat.messages.values()}
    return [
        {
            **topic,
            "emoji": icon_emoji(topic["icon"]),
            "last": person_view(world, chat, newest[topic["thread"]])
            if topic["thread"] in newest
            else None,
        }
        for topic in world.topics(world.bots_by_id.get(chat.bot) or chat.id, chat.id)
    ]


def _member(world: LivingWorld, chat: Chat, number: int) -> Json:
    member = chat.member(number)
    return {**member.json(world.users[number].json()), "user": number}


def _role(world: LivingWorld, number: int) -> str:
    stands = {
        chat.member(number).status
        for chat in world.chats.values()
        if not chat.private and chat.has(number)
    }
    for status, role in (("creator", "owner"), ("administrator", "admin")):
        if status in stands:
            return role
    return "operator" if stands else "customer"
