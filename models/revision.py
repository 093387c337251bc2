"""An earlier wording of a message: nothing that was said is lost by an edit."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.message import Message


class Revision(Model):
    """The words and content of a message until `replaced_at`."""

    id = fields.BigIntField(primary_key=True)
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "models.Message", related_name="revisions", on_delete=fields.CASCADE
    )
    message_id: int
    words: Any = fields.JSONField()
    content: Any = fields.JSONField(null=True)
    replaced_at = fields.DatetimeField()

    class Meta:
        table = "revision"
        indexes = (("message_id",),)
