"""Announcements: what operators are told in General of the desk itself, without being asked."""

from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox.kinds.to_group import Notice
from bot.desk.said.sentences import Sentence
from models import Group


async def group_of(*, department: int | None = None, chat_id: int | None = None) -> Group | None:
    """The group of what is concerned, if it has one; else that of the oldest department."""
    bound = await Group.filter(is_bound=True).order_by("department_id")
    for group in bound:
        if group.department_id == department or group.chat_id == chat_id:
            return group
    return bound[0] if bound else None


async def announce(group: Group, about: str, sentence: Sentence, now: datetime) -> None:
    """Say it in the group; while one waits, no second one is put.

    `about` is what it is about, in a word.
    """
    said = Notice(group.chat_id, sentence).draft()
    await outbox.put(replace(said, lane=f"{about}:{group.chat_id}", once=True), now)
