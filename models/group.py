"""The operators' group that the desk is bound to, and those it was bound to before."""

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
    deaf_since = fields.DatetimeField(null=True)  # since when the bot is no admin there
    rival_since = fields.DatetimeField(null=True)  # since when another program gets our updates
    lacks = fields.CharField(max_length=16, null=True)  # what keeps tickets from getting topics
    test_thread_id = fields.BigIntField(null=True)  # the topic of the test ticket
    test_card_id = fields.BigIntField(null=True)

    class Meta:
        table = "operator_group"
