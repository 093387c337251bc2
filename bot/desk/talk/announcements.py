"""Announcements: what operators are told in General of the desk itself, without being asked."""

from dataclasses import replace
from datetime import datetime

from bot import texts
from bot.desk import outbox
from bot.desk.outbox.kinds.to_group import Report
from bot.desk.words import Words
from bot.texts import _
from models import Group


async def announce(
    group: Group, about: str, sentence: str, now: datetime, values: dict[str, object]
) -> None:
    """Say a sentence (a msgid) in the group's language; while one waits, no second one is put.

    `about` is what it is about, in a word.
    """
    with texts.use(group.language):
        words = Words(_(sentence).format(**values))
    said = Report(group.chat_id, words).draft()
    await outbox.put(replace(said, lane=f"{about}:{group.chat_id}", once=True), now)
