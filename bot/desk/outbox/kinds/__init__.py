"""Kinds: what a delivery can be. Each is a type, for those who put it and those who carry it.

A kind is known by its name and the side on which it is carried: a group's or a channel's. Its
class says its lane, its priority, whether it is put `once`, and its JSON. A new kind is a class
here and a carrier; a new field has a default, for the rows that were written without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.outbox import drafts, gates
from bot.desk.outbox.drafts import Json, Kind
from bot.desk.outbox.kinds import to_customer, to_group, to_topic

IN_GROUPS: Mapping[str, type[Kind]] = {
    each.kind: each
    for each in (
        to_topic.Words,
        to_topic.File,
        to_topic.Echo,
        to_topic.Edit,
        to_topic.React,
        to_topic.Tell,
        to_topic.Retell,
        to_topic.Unmark,
        to_topic.Nod,
        to_topic.Card,
        to_topic.Look,
        to_topic.Pin,
        to_topic.Shut,
        to_topic.RemoveTopic,
        to_group.Notice,
        to_group.Status,
        to_group.Speak,
        to_group.Setup,
        to_group.Survey,
        to_group.NoMenus,
        to_group.Practice,
        to_group.Left,
        to_group.Tag,
    )
}
BY_CHANNELS: Mapping[str, type[Kind]] = {
    each.kind: each
    for each in (
        to_customer.Message,
        to_customer.Say,
        to_customer.Resay,
        to_customer.Sign,
        to_customer.Fetch,
        to_customer.Edit,
        to_customer.Unsend,
        to_customer.React,
    )
}


@dataclass(frozen=True, slots=True)
class Unknown(Kind):
    """What this version cannot read: a newer one, beside us on the same table, has put it."""

    payload: Json
    why: str

    def dump(self) -> Json:
        """As it was found."""
        return self.payload


def told(payload: Json) -> tuple[int, int] | None:
    """The chat and the post where its failure was told, of what is sent again."""
    match payload:
        case {drafts.TOLD: [int(chat_id), int(post_id)]}:
            return chat_id, post_id
    return None


def load(gate: str, kind: str, payload: Json) -> Kind:
    """What a row holds; `Unknown` if this version does not know it, or not in this form."""
    known = IN_GROUPS if gates.is_in_groups(gate) else BY_CHANNELS
    try:
        return known[kind].load(payload)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return Unknown(payload, f"{kind} cannot be read: {error!r}")
