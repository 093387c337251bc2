"""A ticket: one request of one customer, from the first word to the end."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.address import Address
from models.customer import Customer
from models.department import FIRST
from models.indexes import IndexWhere
from models.operator import Operator
from models.priority import Priority


class Status(StrEnum):
    """Whose turn it is: ours (new, open), the customer's (waiting), nobody's."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Ticket(Model):
    """Its `id` is the number that people see: #123.

    `address` is where replies go now: that by which the customer wrote last, unless an operator
    has chosen one. What comes from a ticket that was merged belongs to `merged_into`.
    """

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="tickets", on_delete=fields.RESTRICT
    )
    customer_id: int
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "models.Address", related_name="tickets", on_delete=fields.RESTRICT
    )
    address_id: int
    address_chosen = fields.BooleanField(db_default=False, default=False)
    previous: fields.ForeignKeyNullableRelation["Ticket"] = fields.ForeignKeyField(
        "models.Ticket", related_name="followers", null=True, on_delete=fields.SET_NULL
    )
    previous_id: int | None
    merged_into: fields.ForeignKeyNullableRelation["Ticket"] = fields.ForeignKeyField(
        "models.Ticket", related_name="merged", null=True, on_delete=fields.SET_NULL
    )
    merged_into_id: int | None
    # No reference that the database checks: to add one, it would go through all tickets.
    department_id = fields.BigIntField(db_default=FIRST, default=FIRST)
    assignee: fields.ForeignKeyNullableRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="tickets", null=True, on_delete=fields.SET_NULL
    )
    assignee_id: int | None
    status = fields.CharEnumField(Status, max_length=12, default=Status.NEW)
    priority: Priority = fields.IntEnumField(  # type: ignore[assignment]
        Priority, db_default=2, default=Priority.NORMAL
    )
    tags: Any = fields.JSONField(null=True)  # a list of names
    custom: Any = fields.JSONField(null=True)  # values of custom fields by their keys
    is_spam = fields.BooleanField(db_default=False, default=False)
    subject = fields.CharField(max_length=200)
    notes_mode = fields.BooleanField(db_default=False, default=False)
    opened_at = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)  # the first public words of a person
    customer_at = fields.DatetimeField()  # the customer's last words
    resolved_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "ticket"
        indexes = (
            ("customer_id", "id"),
            ("status",),
            ("department_id", "status"),
            ("merged_into_id",),
            ("assignee_id",),
            # Of `bot/desk/tickets/lists.py`. When a customer spoke last is in none of them: it
            # changes with every message.
            IndexWhere(
                fields=("assignee_id", "department_id"),
                name="ticket_owned",
                where="status IN ('new', 'open', 'waiting')",
            ),
            IndexWhere(
                fields=("department_id", "priority"),
                name="ticket_of_nobody",
                where="assignee_id IS NULL AND status IN ('new', 'open')",
            ),
        )
