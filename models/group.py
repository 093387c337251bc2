"""The operators' groups that the desk is bound to, and those it was bound to before."""

from tortoise import fields
from tortoise.models import Model

from models.department import FIRST, Department


class Group(Model):
    """A forum supergroup; `migrated_from` is the id it had before Telegram moved it.

    At most one is bound to each department.
    """

    id = fields.BigIntField(primary_key=True)
    chat_id = fields.BigIntField(unique=True)
    migrated_from = fields.BigIntField(null=True)
    department: fields.ForeignKeyRelation[Department] = fields.ForeignKeyField(
        "models.Department",
        related_name="groups",
        on_delete=fields.RESTRICT,
        db_default=FIRST,
        default=FIRST,
    )
    department_id: int
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
