"""A message: one line of a ticket, whoever said it."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.address import Address
from models.indexes import IndexOfWhatIs
from models.operator import Operator
from models.ticket import Ticket


class Direction(StrEnum):
    """IN: the customer's words; OUT: ours to the customer; NOTE: ours, never to the customer."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Held(StrEnum):
    """Why an operator's words go only at a moment."""

    DOUBLE = "double"  # another one is answering; their author may change their mind
    LATER = "later"  # they asked for it; not if the customer writes first
    ANYWAY = "anyway"  # likewise, whoever writes first


class Message(Model):
    """What was said, as it is now; earlier wordings are in `Revision`.

    `words` is `{"text", "entities"}`; `content` is what is not words (files, a place, whose words
    they were) and `origin` where Telegram has the original: `bot/desk/said/stored.py` reads and
    writes both. `address` is where the customer wrote it,
    or where it went; a note has none. `album`: its further parts belong to it as well.
    `reply_place` is that of the file which it answers, of those of `reply_to`.
    What is `held` is a note, and becomes an answer when it `goes_at`.
    """

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="messages", on_delete=fields.RESTRICT
    )
    ticket_id: int
    address: fields.ForeignKeyNullableRelation[Address] = fields.ForeignKeyField(
        "models.Address", related_name="messages", null=True, on_delete=fields.RESTRICT
    )
    address_id: int | None
    operator: fields.ForeignKeyNullableRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="messages", null=True, on_delete=fields.SET_NULL
    )
    operator_id: int | None
    direction = fields.CharEnumField(Direction, max_length=4)
    kind = fields.CharField(max_length=20)
    words: Any = fields.JSONField()
    content: Any = fields.JSONField(null=True)
    origin: Any = fields.JSONField(null=True)
    album = fields.CharField(max_length=64, null=True)
    reply_to: fields.ForeignKeyNullableRelation["Message"] = fields.ForeignKeyField(
        "models.Message", related_name="replies", null=True, on_delete=fields.SET_NULL
    )
    reply_to_id: int | None
    reply_place = fields.SmallIntField(db_default=0, default=0)
    upon_id = fields.BigIntField(null=True)  # of a note: the answer in whose place it is shown
    quote: Any = fields.JSONField(null=True)
    created_at = fields.DatetimeField()
    edited_at = fields.DatetimeField(null=True)
    edition = fields.BigIntField(null=True)  # Telegram's edit_date of it: an older one comes late
    unsent_at = fields.DatetimeField(null=True)
    held: Held | None = fields.CharEnumField(Held, max_length=8, null=True)  # type: ignore[assignment]
    goes_at = fields.DatetimeField(null=True)
    reaction = fields.CharField(max_length=16, null=True)  # the customer's
    reacted_at = fields.DatetimeField(null=True)  # as its channel says: an older one comes late

    class Meta:
        table = "message"
        indexes = (
            ("ticket_id", "id"),
            ("album",),
            IndexOfWhatIs(fields=("reply_to_id",), name="message_replies"),
            IndexOfWhatIs(fields=("goes_at", "ticket_id"), name="message_goes"),
        )
