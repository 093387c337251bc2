"""A set-up code: shown on the console, it makes a group the operators' group, once."""

from tortoise import fields
from tortoise.models import Model


class Code(Model):
    """Kept as its hash. One that was given in a group while another is bound waits there.

    Then `chat_id` is the group that it would hand the desk over to, and `hash` is gone: it
    cannot be given a second time.
    """

    id = fields.BigIntField(primary_key=True)
    hash = fields.CharField(max_length=64, null=True, unique=True)
    until = fields.DatetimeField()
    chat_id = fields.BigIntField(null=True)

    class Meta:
        table = "setup_code"
