"""The operators' group that the desk is bound to."""

from tortoise import fields
from tortoise.models import Model


class Group(Model):
    """A forum supergroup; `migrated_from` is the id it had before Telegram moved it."""

    id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField(unique=True)
    migrated_from = fields.BigIntField(null=True)
    title = fields.CharField(max_length=255)
    language = fields.CharField(max_length=8)
    is_bound = fields.BooleanField(db_default=True, default=True)
    bound_at = fields.DatetimeField()

    class Meta:
        table = "operator_group"
