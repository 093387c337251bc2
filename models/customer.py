"""A customer: one person, behind one or more addresses."""

from tortoise import fields
from tortoise.models import Model


class Customer(Model):
    """Who asks. `language` is one of ours (en, uk, ru), guessed first and then chosen."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=130)
    username = fields.CharField(max_length=64, null=True)
    language = fields.CharField(max_length=8)
    language_chosen = fields.BooleanField(db_default=False, default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "customer"
