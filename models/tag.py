"""A tag: a word by which tickets, or customers, are told apart."""

from tortoise import fields
from tortoise.models import Model


class Tag(Model):
    """Known to the desk, so that everybody spells it the same."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=32, unique=True)
    created_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tag"
