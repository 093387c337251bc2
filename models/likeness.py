"""A likeness: two customers who may be one person, by a contact that is known to be of both."""

from tortoise import fields
from tortoise.models import Model

from models.customer import Customer


class Likeness(Model):
    """They were proposed for joining, which is done once; that alone joins nobody.

    `customer` is the one with the lower id. `told_in`: the ticket in whose topic it was said.
    """

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="likenesses", on_delete=fields.CASCADE
    )
    customer_id: int
    other: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="likenesses_before", on_delete=fields.CASCADE
    )
    other_id: int
    told_in = fields.BigIntField()
    found_at = fields.DatetimeField()

    class Meta:
        table = "likeness"
        unique_together = (("customer_id", "other_id"),)
