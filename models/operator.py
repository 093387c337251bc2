"""An operator: somebody who is, or was, in a group of operators."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Operator(Model):
    """Known by the Telegram user id; what they are in each group is a `Membership`.

    `languages` and `skills` are lists of names; `capacity` is how many open tickets they may have
    at a time, NULL: as many as come.
    """

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    name = fields.CharField(max_length=130)
    username = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField()
    languages: Any = fields.JSONField(null=True)
    skills: Any = fields.JSONField(null=True)
    capacity = fields.SmallIntField(null=True)
    on_duty_since = fields.DatetimeField(null=True)
    absent_until = fields.DatetimeField(null=True)
    # When they last did what only an app does that shows ephemeral messages.
    aside_at = fields.DatetimeField(null=True)

    class Meta:
        table = "operator"
