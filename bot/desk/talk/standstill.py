"""Standstill: what is for a channel that nobody carries waits, and operators are told that it does.

A channel was taken out of the settings, or it cannot be started wherever Topicdesk runs.
"""

from datetime import datetime, timedelta

from bot import texts
from bot.desk.outbox import ages
from bot.desk.said.sentences import Sentence
from bot.desk.talk import announcements, hints

PATIENCE = timedelta(minutes=5)
STANDS = texts.mark(
    "⚠️ What you write to customers of the channel “{channel}” is not carried: it is set up no "
    "more, or cannot be started. It waits, and goes out as soon as the channel works again."
)
PLACE = 32  # characters of a hint's place
NOBODY = 0  # a hint for all


class Standstill:
    """Looks again and again; what stands still twice is told of. A start is given time so."""

    def __init__(self) -> None:
        self._stood: set[str] = set()

    async def look(self, now: datetime) -> None:
        """Tell each department's group whose words wait, once a day for each channel."""
        found = await ages.standing_still(now - PATIENCE)
        for gate, department in found:
            if gate in self._stood:
                await _tell(gate, department, now)
        self._stood = {gate for gate, _department in found}


async def _tell(gate: str, department: int, now: datetime) -> None:
    group = await announcements.group_of(department=department)
    place = f"{now:%m%d} still {gate}"[:PLACE]
    if group and await hints.first_time(group.chat_id, place, NOBODY, now):
        stands = Sentence(STANDS, {"channel": gate})
        await announcements.announce(group, f"still {gate}", stands, now)
