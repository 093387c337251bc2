"""What the owner of a bot switches on and off at @BotFather."""

from __future__ import annotations

from sandbox.accounts import Bot
from sandbox.posting import emit
from sandbox.world import World


def switch_topics(world: World, bot: Bot, on: bool, *, of_people: bool = False) -> None:
    """Topics in the private chats of a bot; `of_people`: they may make some of their own."""
    bot.topics, bot.topics_of_people = on, on and of_people
    for (owner, _), chat in world.private_chats.items():
        if owner == bot.id:
            chat.is_forum = on
            emit(world, "chat", chat, is_forum=on)
