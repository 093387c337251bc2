"""A customer: one person, behind one or more addresses."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Customer(Model):
    """Who asks. `language` is one of ours (en, uk, ru), guessed first and then chosen.

    `named_by_id` is the address that has given the name; NULL is the first one, 0 is none: it is
    only what their channel knows them by.

    The row is also the lock of the conversation: whoever changes what the customer said or will
    hear, by whichever address, takes it `FOR UPDATE` first, so that three first messages at once
    open one ticket.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=130)
    username = fields.CharField(max_length=64, null=True)
    named_by_id = fields.BigIntField(null=True)
    language = fields.CharField(max_length=8)
    language_chosen = fields.BooleanField(db_default=False, default=False)
    current_id = fields.BigIntField(null=True)  # the ticket to which the next words belong
    wants_new = fields.BooleanField(db_default=False, default=False)  # they open a new one
    is_vip = fields.BooleanField(db_default=False, default=False)
    about = fields.TextField(null=True)  # notes about the person; they never read them
    tags: Any = fields.JSONField(null=True)  # a list of names
    custom: Any = fields.JSONField(null=True)  # values of custom fields by their keys
    banned_at = fields.DatetimeField(null=True)
    banned_until = fields.DatetimeField(null=True)  # NULL: for good
    ban_reason = fields.CharField(max_length=200, null=True)
    ban_told_at = fields.DatetimeField(null=True)  # since when they know
    created_at = fields.DatetimeField()

    class Meta:
        table = "customer"
