"""A hint: whoever writes where words go nowhere is told so, once in each place."""

from tortoise import fields
from tortoise.models import Model


class Hint(Model):
    """Written in the transaction of the telling. `user_id` is a chat's for who hides behind it."""

    id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField()
    place = fields.CharField(max_length=32)
    user_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "hint"
        unique_together = (("chat_id", "place", "user_id"),)
        indexes = (("at",),)
