"""Where a customer can be reached: a channel and an id that only its bridge understands."""

from tortoise import fields
from tortoise.models import Model

from models.customer import Customer


class Address(Model):
    """One way to one customer.

    The row is also the lock of its conversation: whoever changes what the customer
    said or will hear takes it `FOR UPDATE` first, so that three first messages at once
    open one ticket.
    """

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="addresses", on_delete=fields.RESTRICT
    )
    customer_id: int
    channel = fields.CharField(max_length=20)
    external_id = fields.CharField(max_length=255)
    blocked_at = fields.DatetimeField(null=True)
    wants_new = fields.BooleanField(db_default=False, default=False)
    current_id = fields.BigIntField(null=True)  # the ticket chosen under «My requests»
    created_at = fields.DatetimeField()

    class Meta:
        table = "address"
        unique_together = (("channel", "external_id"),)
