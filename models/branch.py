"""A branch: the topic of a customer's private chat in which one request is spoken of."""

from tortoise import fields
from tortoise.models import Model

from models.ticket import Ticket


class Branch(Model):
    """Telegram's own memory (`bot/telegram/branches.py`); the desk knows of no such table.

    It is of the `ticket` to which the last words in it went. Of several that a ticket has, it is
    spoken of in the one turned to last. `name` is what we have called it for this ticket, if we
    have.
    """

    id = fields.BigIntField(primary_key=True)
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="branches", on_delete=fields.CASCADE
    )
    ticket_id: int
    chat_id = fields.BigIntField()
    thread_id = fields.BigIntField()
    name = fields.CharField(max_length=128, null=True)
    turned_at = fields.DatetimeField()

    class Meta:
        table = "branch"
        unique_together = (("chat_id", "thread_id"),)
        indexes = (("ticket_id",),)
