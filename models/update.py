"""Updates from Telegram, and calls: those already done; and updates set aside."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class SeenUpdate(Model):
    """Inserted in the transaction that handles the update: a second insert finds it done."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    update_id = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "seen_update"
        unique_together = (("bot_id", "update_id"),)
        indexes = (("at",),)


class SeenCall(Model):
    """What a channel was brought in an envelope with a number of its own, as `SeenUpdate`.

    `envelope` is a digest of that number and of what came in it.
    """

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=20)
    envelope = fields.CharField(max_length=64)
    at = fields.DatetimeField()

    class Meta:
        table = "seen_call"
        unique_together = (("channel", "envelope"),)
        indexes = (("at",),)


class SetAside(Model):
    """An update that could not be handled, kept with its payload until it is replayed."""

    id = fields.BigIntField(primary_key=True)
    bot_id = fields.BigIntField()
    update_id = fields.BigIntField()
    payload: Any = fields.JSONField()
    error = fields.TextField()
    attempts = fields.IntField()
    at = fields.DatetimeField()
    replayed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "set_aside"
        unique_together = (("bot_id", "update_id"),)
        indexes = (("replayed_at", "at"),)
