"""A sign: the message of ours that tells a customer how their request stands, where it is."""

from tortoise import fields
from tortoise.models import Model

from models.address import Address
from models.ticket import Ticket


class Sign(Model):
    """`external_id` is the channel's own; `face` what it shows now (`bot/desk/tickets/signs.py`).

    There is one for each ticket, at the address where it was opened.
    """

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="signs", on_delete=fields.CASCADE
    )
    ticket_id: int
    address: fields.ForeignKeyRelation[Address] = fields.ForeignKeyField(
        "models.Address", related_name="signs", on_delete=fields.CASCADE
    )
    address_id: int
    external_id = fields.CharField(max_length=998)
    face = fields.CharField(max_length=12)
    stood_at = fields.DatetimeField()

    class Meta:
        table = "sign"
        unique_together = (("ticket_id",),)
