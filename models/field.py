"""A custom field: what a company wants to know of each ticket, or of each customer."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model


class FieldOf(StrEnum):
    """Of what it is."""

    TICKET = "ticket"
    CUSTOMER = "customer"


class FieldKind(StrEnum):
    """What its value may be."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"  # yes or no
    CHOICE = "choice"  # one of `choices`


class CustomField(Model):
    """`key` is by what it is named in commands and macros; `label` what people read."""

    id = fields.BigIntField(primary_key=True)
    of = fields.CharEnumField(FieldOf, max_length=8)
    key = fields.CharField(max_length=32)
    label = fields.CharField(max_length=64)
    kind = fields.CharEnumField(FieldKind, max_length=8)
    choices: Any = fields.JSONField(null=True)
    created_at = fields.DatetimeField()
    removed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "custom_field"
        unique_together = (("of", "key"),)
