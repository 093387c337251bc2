"""The world as JSON and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sandbox.accounts import User
from sandbox.chats import Chat, Member, Topic
from sandbox.commands import Commands
from sandbox.messages import Message
from sandbox.polls import Poll
from sandbox.visitors import Visitor
from sandbox.world import World

Json = dict[str, Any]

_APART = frozenset(
    ("messages", "members", "topics", "general", "bots", "gone_topics", "permissions")
)
_FLEETING = frozenset(("ephemerals", "unseen"))  # gone when the server is


def export(world: World) -> Json:
    """Everything but the files' bytes and the bots' pending updates."""
    chats = (*world.chats.values(), *world.private_chats.values())
    return {
        "users": [asdict(user) for user in world.users.values()],
        "bots": [
            {
                "token": bot.token,
                "privacy": bot.privacy,
                "inline": [bot.inline, bot.inline_feedback],
                "topics": [bot.topics, bot.topics_of_people],
                "met": sorted(bot.met),
                "commands": bot.commands.export(),
            }
            for bot in world.bots.values()
        ],
        "chats": [_chat(chat) for chat in chats],
        "polls": [asdict(poll) for poll in world.polls.values()],
        "visitors": [visitor.export() for visitor in world.visitors.values()],
        "files": world.files.export(),
        "counters": dict(world.counters),
        "misplaces": world.misplaces,
    }


def _chat(chat: Chat) -> Json:
    kept = [f.name for f in fields(chat) if f.name not in _APART | _FLEETING]
    saved = {name: getattr(chat, name) for name in kept}
    return saved | {
        "messages": [_plain(message) for message in chat.messages.values()],
        "members": [
            {**asdict(member), "rights": sorted(member.rights)} for member in chat.members.values()
        ],
        "topics": [_plain(topic) for topic in chat.topics.values()],
        "general": _plain(chat.general),
        "bots": sorted(chat.bots),
        "gone_topics": sorted(chat.gone_topics),
        "permissions": sorted(chat.permissions),
    }


def _plain(thing: Message | Topic) -> Json:
    saved = {f.name: getattr(thing, f.name) for f in fields(thing)}
    if isinstance(thing, Message):
        saved["reactions"] = list(thing.reactions.items())
    return saved


def restore(world: World, state: Json) -> None:
    """Fill an empty world with what `export` gave."""
    world.users |= {user["id"]: User(**user) for user in state["users"]}
    for saved in state["bots"]:
        user = world.users[int(saved["token"].partition(":")[0])]
        bot = world.add_bot(saved["token"], user.first_name, user.username)
        bot.privacy = saved["privacy"]
        bot.inline, bot.inline_feedback = saved.get("inline", (True, True))
        bot.topics, bot.topics_of_people = saved.get("topics", (False, False))
        bot.met = set(saved.get("met", ()))  # a world of before has none, nor the lines above
        bot.commands = Commands.load(saved["commands"])
    for poll in state["polls"]:
        votes = {int(user): chosen for user, chosen in poll["votes"].items()}
        world.polls[poll["shown"]["id"]] = Poll(poll["shown"], poll["owner"], votes)
    for saved in state["chats"]:
        _keep(world, _restored(world, saved))
    visitors = map(Visitor.load, state.get("visitors", ()))  # a world of before has none
    world.visitors = {visitor.id: visitor for visitor in visitors}
    world.files.restore(state["files"])
    world.counters |= state["counters"]
    world.misplaces = state["misplaces"]


def _keep(world: World, chat: Chat) -> None:
    if chat.private:
        world.private_chats[chat.bot, chat.id] = chat
    else:
        world.chats[chat.id] = chat


def _restored(world: World, saved: Json) -> Chat:
    chat = Chat(**{name: value for name, value in saved.items() if name not in _APART})
    chat.messages = {message["id"]: _message(world, message) for message in saved["messages"]}
    chat.members = {
        member["user"]: Member(**{**member, "rights": frozenset(member["rights"])})
        for member in saved["members"]
    }
    chat.topics = {topic["thread"]: Topic(**topic) for topic in saved["topics"]}
    chat.general = Topic(**saved["general"])
    chat.bots = set(saved["bots"])
    chat.gone_topics = set(saved["gone_topics"])
    chat.permissions = frozenset(saved["permissions"])
    return chat


def _message(world: World, saved: Json) -> Message:
    message = Message(**{**saved, "reactions": {int(user): e for user, e in saved["reactions"]}})
    if message.kind == "poll":
        message.content["poll"] = world.polls[message.content["poll"]["id"]].shown
    return message
