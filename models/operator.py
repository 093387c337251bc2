"""An operator: somebody who is, or was, in a group of operators."""

from tortoise import fields
from tortoise.models import Model


class Operator(Model):
    """Known by the Telegram user id; what they are in each group is a `Membership`."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    name = fields.CharField(max_length=130)
    username = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "operator"
