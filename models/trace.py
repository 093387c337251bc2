"""A trace: where a message of a ticket stands on the customer's side."""

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from models.address import Address
from models.message import Message


class Trace(Model):
    """`external_id` is the channel's id of the message, opaque to all but its bridge.

    NULL: it stands there, and the channel has not said where. `place`: which of its files it is.
    """

    id = fields.BigIntField(primary_key=True)
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "models.Message", related_name="traces", on_delete=fields.CASCADE
    )
    message_id: int
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "models.Address", related_name="traces", on_delete=fields.CASCADE
    )
    address_id: int
    external_id = fields.CharField(max_length=998, null=True)  # RFC 5322, 2.1.1
    place = fields.SmallIntField(db_default=0, default=0)

    class Meta:
        table = "trace"
        indexes = (("message_id",),)
        constraints = (UniqueConstraint(fields=("address_id", "external_id"), name="trace_place"),)
