"""A macro: a prepared answer, and what it does to the ticket."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.operator import Operator


class Macro(Model):
    """`owner` has it for themselves; NULL: it is everybody's, or its department's.

    `wordings` is what it says by language: `{"uk": {…words, attachments, buttons}}`; `changes`
    what it sets: status, tag, priority, owner. Both are read and written in one file of the desk.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=64)
    owner: fields.ForeignKeyNullableRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="macros", null=True, on_delete=fields.CASCADE
    )
    owner_id: int | None
    department_id = fields.BigIntField(null=True)  # NULL: of every one
    wordings: Any = fields.JSONField()
    changes: Any = fields.JSONField(null=True)
    edition = fields.IntField(db_default=1, default=1)  # of two who change it at once one is told
    used = fields.IntField(db_default=0, default=0)
    used_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    changed_at = fields.DatetimeField(null=True)
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "macro"
