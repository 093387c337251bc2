"""A department: the tickets that one operators' group works on."""

from tortoise import fields
from tortoise.models import Model

FIRST = 1  # the department that is always there; what names none is of it


class Department(Model):
    """Called as its group is, until it is given a name. There is one until a second group comes."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=64, db_default="", default="")
    created_at = fields.DatetimeField()
    dissolved_at = fields.DatetimeField(null=True)  # since then it has no group and no requests

    class Meta:
        table = "department"
