"""A customer: one person, behind one or more addresses."""

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
    created_at = fields.DatetimeField()

    class Meta:
        table = "customer"
