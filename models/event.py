"""An event: what was done to a ticket, by whom and when. The audit trail."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.operator import Operator
from models.ticket import Ticket


class Event(Model):
    """Written in the transaction of the change itself, so it is exactly as true."""

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="events", on_delete=fields.CASCADE
    )
    ticket_id: int
    operator: fields.ForeignKeyNullableRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="events", null=True, on_delete=fields.SET_NULL
    )
    operator_id: int | None
    name = fields.CharField(max_length=32)
    details: Any = fields.JSONField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "event"
        indexes = (("ticket_id", "id"),)
