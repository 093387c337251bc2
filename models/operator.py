"""An operator: a member of the operators' group."""

from tortoise import fields
from tortoise.models import Model


class Operator(Model):
    """Known by the Telegram user id; `is_admin` mirrors the group's admins."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    name = fields.CharField(max_length=130)
    username = fields.CharField(max_length=64, null=True)
    is_member = fields.BooleanField(db_default=True, default=True)
    is_admin = fields.BooleanField(db_default=False, default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "operator"
