"""An event: what was done to a ticket, or to the desk, by whom and when. The audit trail."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.customer import Customer
from models.operator import Operator
from models.ticket import Ticket


class Event(Model):
    """Written in the transaction of the change itself, so it is exactly as true.

    `actor` says who it was: an operator, a customer, or the system, for some `cause`. `before` and
    `after` are the parts of the ticket that have changed, or of what `details` name where it is
    about none; of a ticket, `details` tell of the rest.
    """

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyNullableRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="events", null=True, on_delete=fields.CASCADE
    )
    ticket_id: int | None  # None: it is about no ticket, such as somebody's role
    operator: fields.ForeignKeyNullableRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="events", null=True, on_delete=fields.SET_NULL
    )
    operator_id: int | None
    customer: fields.ForeignKeyNullableRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="events", null=True, on_delete=fields.SET_NULL
    )
    customer_id: int | None
    actor = fields.CharField(max_length=12, db_default="system", default="system")
    cause = fields.CharField(max_length=64, null=True)
    name = fields.CharField(max_length=32)
    before: Any = fields.JSONField(null=True)
    after: Any = fields.JSONField(null=True)
    details: Any = fields.JSONField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "event"
        indexes = (("ticket_id", "id"),)
