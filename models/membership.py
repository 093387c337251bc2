"""A membership: what somebody is in one group of operators."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.department import FIRST
from models.group import Group
from models.operator import Operator


class Standing(StrEnum):
    """What Telegram says of somebody in a group."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    GONE = "gone"
    UNKNOWN = "unknown"  # it does not answer, or what it has said is old

    @property
    def is_admin(self) -> bool:
        """Whether they command the group, as its owner or as an admin."""
        return self in (Standing.OWNER, Standing.ADMIN)

    @property
    def is_there(self) -> bool:
        """Whether they are in the group, as Telegram says for certain."""
        return self not in (Standing.GONE, Standing.UNKNOWN)


class Role(StrEnum):
    """As what somebody acts in a group; what each may do: `bot/desk/people/access.py`."""

    OWNER = "owner"
    ADMIN = "admin"
    LEAD = "lead"
    OPERATOR = "operator"
    OBSERVER = "observer"


class Membership(Model):
    """`standing` is Telegram's, `role` is ours: neither is changed by the other.

    `since`: since when they have this standing, as far as we were told.
    """

    id = fields.BigIntField(primary_key=True)
    operator: fields.ForeignKeyRelation[Operator] = fields.ForeignKeyField(
        "models.Operator", related_name="memberships", on_delete=fields.CASCADE
    )
    operator_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="memberships", on_delete=fields.CASCADE
    )
    group_id: int
    standing = fields.CharEnumField(Standing, max_length=8)
    # A lead, an observer, or neither.
    role: Role | None = fields.CharEnumField(Role, max_length=8, null=True)  # type: ignore[assignment]
    since = fields.DatetimeField()
    given_at = fields.DatetimeField(null=True)  # when a ticket was last given to them in turn
    department = FIRST  # no column: what its group works on, as it is read with it

    class Meta:
        table = "membership"
        unique_together = (("operator_id", "group_id"),)
        indexes = (("group_id",),)

    @property
    def is_there(self) -> bool:
        """Whether they are in the group."""
        return self.standing.is_there

    @property
    def acts_as(self) -> Role | None:
        """Who commands the group commands the desk in it; of the others, our word counts.

        None: they are not known to be in the group, so they may do nothing in it.
        """
        if not self.is_there:
            return None
        if self.standing.is_admin:
            return Role(self.standing)
        return self.role or Role.OPERATOR
