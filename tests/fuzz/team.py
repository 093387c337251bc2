"""Who there is: departments, operators of every role in each, customers of two channels."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.desk import outbox
from bot.desk.people import departments, fields
from bot.desk.people.actors import System
from bot.desk.said import ChannelAddress, Person
from bot.desk.tickets import members
from models import FIRST, FieldKind, FieldOf, Group, Membership, Role, Standing

LEADER = System("the fuzz")
ROLES = {
    "Owner": (Standing.OWNER, None),
    "Admin": (Standing.ADMIN, None),
    "Lead": (Standing.MEMBER, Role.LEAD),
    "Operator": (Standing.MEMBER, None),
    "Colleague": (Standing.MEMBER, None),
    "Observer": (Standing.MEMBER, Role.OBSERVER),
}


@dataclass
class Team:
    """`groups` by their departments; everybody is in each, with the same role."""

    groups: dict[int, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)  # Telegram's ids
    customers: list[list[ChannelAddress]] = field(default_factory=list)
    bound: int = 0  # groups so far

    @classmethod
    async def gathered(cls, customers: int, now: datetime) -> "Team":
        """Nobody has said anything yet. Every third customer writes by mail as well."""
        team = cls(people={name: number for number, name in enumerate(ROLES, 100)})
        async with outbox.transaction():
            await departments.called(FIRST, "Support")
            await fields.add(fields.New(FieldOf.TICKET, "code", "Code", FieldKind.TEXT), now)
        await team._binds(FIRST, now)
        for _ in range(2):
            await team.opens(now)
        team.customers = [[ChannelAddress("telegram", str(n))] for n in range(customers)]
        return team

    async def opens(self, now: datetime) -> None:
        """A further department, with a group of its own."""
        async with outbox.transaction():
            department = await departments.add("Sales", now)
        await self._binds(department, now)

    async def _binds(self, department: int, now: datetime) -> None:
        self.bound += 1
        named = f"Group {self.bound}"
        group = await Group.create(
            chat_id=-self.bound, department_id=department, title=named, language="en", bound_at=now
        )
        self.groups[department] = group.id
        for name in ROLES:
            await self.comes(name, department, now)

    async def comes(self, name: str, department: int, now: datetime) -> None:
        """As what they are from the beginning."""
        standing, role = ROLES[name]
        await self.stands(name, department, standing, now)
        if role:
            async with outbox.transaction():
                group, who = self.groups[department], self.people[name]
                await members.give_role(group, who, role, LEADER, now)

    async def stands(self, name: str, department: int, standing: Standing, now: datetime) -> None:
        """So Telegram says of them in this department's group."""
        async with outbox.transaction():
            group, who = self.groups[department], self.people[name]
            await members.rank(group, who, Person(name), now, standing)

    async def member(self, name: str, department: int, now: datetime) -> Membership:
        """As what they are known there now; inside a transaction."""
        standing = Standing.UNKNOWN
        group, who = self.groups[department], self.people[name]
        return await members.present(group, who, Person(name), now, standing)
