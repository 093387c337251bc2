"""A delivery: something to be carried outwards, written in the transaction of its cause."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.fields import Now
from tortoise.indexes import PartialIndex
from tortoise.models import Model

from models.ticket import Ticket


class DeliveryState(StrEnum):
    """A lane has at most one row in HEAD or CLAIMED; the rest of it is WAITING behind.

    Only HEAD rows can be claimed, so a claim looks at lanes, never at the backlog.
    """

    WAITING = "waiting"
    HEAD = "head"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Delivery(Model):
    """`gate` is whose budget is spent (the forum, or a channel); `lane` is what keeps order.

    `rank` says which of equally urgent heads goes first; `customer_id` is whose share of the
    group's budget it spends (`bot/desk/outbox/shares.py`).
    """

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="deliveries", null=True, on_delete=fields.CASCADE
    )
    ticket_id: int | None
    gate = fields.CharField(max_length=40)
    lane = fields.CharField(max_length=80)
    kind = fields.CharField(max_length=20)
    payload: Any = fields.JSONField()
    priority = fields.SmallIntField()
    state = fields.CharEnumField(DeliveryState, max_length=8)
    due_at = fields.DatetimeField()
    claimed_by = fields.IntField(null=True)
    claimed_at = fields.DatetimeField(null=True)
    attempts = fields.IntField(db_default=0, default=0)
    uncertain = fields.BooleanField(db_default=False, default=False)  # may have arrived already
    last_error = fields.TextField(null=True)
    external_id = fields.CharField(max_length=998, null=True)
    customer_id = fields.BigIntField(null=True)
    rank = fields.DatetimeField(db_default=Now())
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    dead_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delivery"
        indexes = (
            PartialIndex(
                fields=("gate", "priority", "due_at", "id"),
                name="delivery_head",
                condition={"state": "head"},
            ),
            PartialIndex(
                fields=("gate", "priority", "rank", "id"),
                name="delivery_rank",
                condition={"state": "head"},
            ),
            PartialIndex(
                fields=("lane", "id"), name="delivery_waiting", condition={"state": "waiting"}
            ),
            PartialIndex(fields=("lane",), name="delivery_first", condition={"state": "head"}),
            PartialIndex(
                fields=("lane", "claimed_by"),
                name="delivery_claimed",
                condition={"state": "claimed"},
            ),
            PartialIndex(fields=("sent_at",), name="delivery_sent", condition={"state": "sent"}),
            PartialIndex(fields=("dead_at",), name="delivery_dead", condition={"state": "dead"}),
            PartialIndex(
                fields=("dead_at",), name="delivery_dropped", condition={"state": "dropped"}
            ),
            ("ticket_id", "id"),
            ("customer_id", "rank"),
        )
