"""A file of our store: where its bytes are, and what they are."""

from tortoise import fields
from tortoise.models import Model


class File(Model):
    """`place` is the name of its bytes in the store, `digest` their SHA-256 in hexadecimal.

    Without a digest it is nobody's: on its way, broken off, or let go; its bytes go, too.
    `is_kept`: a message has it. `used_at`: when somebody brought it, or said it, last.
    """

    id = fields.BigIntField(primary_key=True)
    place = fields.CharField(max_length=64, unique=True)
    digest = fields.CharField(max_length=64, null=True, unique=True)
    size = fields.BigIntField(null=True)
    mime = fields.CharField(max_length=129, null=True)
    is_kept = fields.BooleanField(default=False, db_default=False)
    created_at = fields.DatetimeField()
    used_at = fields.DatetimeField()

    class Meta:
        table = "file"
        indexes = (("is_kept", "used_at"),)
