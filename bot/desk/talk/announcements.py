"""Announcements: what operators are told in General of the desk itself, without being asked."""

from dataclasses import replace
from datetime import datetime

from bot.desk import outbox
from bot.desk.outbox.kinds.to_group import Report
from bot.desk.said.sentences import Sentence
from models import Group


async def announce(group: Group, about: str, sentence: Sentence, now: datetime) -> None:
    """Say it in the group; while one waits, no second one is put.

    `about` is what it is about, in a word.
    """
    said = Report(group.chat_id, sentence).draft()
    await outbox.put(replace(said, lane=f"{about}:{group.chat_id}", once=True), now)
