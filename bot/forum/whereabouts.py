"""Whereabouts: where members of a group see the topics of tickets."""

from collections.abc import Iterable

from bot.telegram import origins
from models import Topic


async def urls(tickets: Iterable[int]) -> dict[int, str]:
    """Links to the topics of these tickets, by their numbers; of those that have one."""
    found = await Topic.filter(ticket_id__in=[*tickets]).select_related("group")
    return {one.ticket_id: origins.address(one.group.chat_id, one.thread_id) for one in found}
