"""A department: the tickets that one operators' group works on."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

FIRST = 1  # the department that is always there; what names none is of it


class Routing(StrEnum):
    """Who gets a new ticket."""

    MANUAL = "manual"  # who takes it
    ROUND_ROBIN = "round robin"  # who has waited longest for one
    LEAST_LOADED = "least loaded"  # who has the fewest open


class Department(Model):
    """Called as its group is, until it is given a name. There is one until a second group comes.

    `skill` is what an operator must have to be given its tickets. `settings` is what its admins
    have chosen; one file of the desk reads and writes it.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=64, db_default="", default="")
    created_at = fields.DatetimeField()
    routing = fields.CharEnumField(
        Routing, max_length=12, db_default="manual", default=Routing.MANUAL
    )
    skill = fields.CharField(max_length=32, null=True)
    settings: Any = fields.JSONField(null=True)
    dissolved_at = fields.DatetimeField(null=True)  # since then it has no group and no requests

    class Meta:
        table = "department"
