"""Unknown: what a newer version has put waits for it, and operators are told that it does."""

from datetime import datetime

import structlog

from bot import texts
from bot.desk import outbox
from bot.desk.outbox import gates
from bot.desk.outbox.deliveries import Parcel
from bot.desk.said.sentences import Sentence
from bot.desk.talk import announcements, hints

WAITS = texts.mark(
    "A newer version of Topicdesk has left something that this one cannot carry (“{kind}”). It "
    "waits, with all behind it in its conversation, and everything else goes on. Update Topicdesk "
    "wherever it runs."
)
PLACE = 32  # characters of a hint's place
NOBODY = 0  # a hint for all

log = structlog.get_logger()


async def met(parcel: Parcel, now: datetime) -> None:
    """It is announced once a day for each kind, whichever process meets it first."""
    log.error("unknown_kind", gate=parcel.gate, lane=parcel.lane)
    group = await announcements.group_of(department=gates.department_of(parcel.gate))
    if group is None:
        return
    place = f"{now:%m%d} {parcel.kind} {parcel.gate}"[:PLACE]
    async with outbox.transaction():
        if await hints.first_time(group.chat_id, place, NOBODY, now):
            waits = Sentence(WAITS, {"kind": parcel.kind})
            await announcements.announce(group, f"unknown {parcel.kind}", waits, now)
