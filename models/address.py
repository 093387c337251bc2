"""Where a customer can be reached: a channel and an id that only its bridge understands."""

from tortoise import fields
from tortoise.models import Model

from models.customer import Customer


class Address(Model):
    """One way to one customer."""

    branch: str | None = None  # not kept: where at it they speak now, and are answered
    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="addresses", on_delete=fields.RESTRICT
    )
    customer_id: int
    channel = fields.CharField(max_length=20)
    external_id = fields.CharField(max_length=255)
    blocked_at = fields.DatetimeField(null=True)
    turned_at = fields.DatetimeField(null=True)  # when, as the channel says
    created_at = fields.DatetimeField()

    class Meta:
        table = "address"
        unique_together = (("channel", "external_id"),)
        indexes = (("customer_id",),)
