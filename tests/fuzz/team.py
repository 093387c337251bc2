"""Who there is: two departments, operators of every role in both, customers of two channels."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.desk import outbox
from bot.desk.people import departments
from bot.desk.people.actors import System
from bot.desk.said import ChannelAddress, Person
from bot.desk.tickets import members
from models import FIRST, Group, Membership, Role, Standing

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
    """`groups` by their departments; everybody is in both, with the same role."""

    groups: dict[int, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)  # Telegram's ids
    customers: list[list[ChannelAddress]] = field(default_factory=list)

    @classmethod
    async def gathered(cls, customers: int, now: datetime) -> "Team":
        """Nobody has said anything yet. Every third customer writes by mail as well."""
        team = cls()
        async with outbox.transaction():
            await departments.called(FIRST, "Support")
            sales = await departments.add("Sales", now)
        for number, department in enumerate((FIRST, sales), 1):
            named = f"Group {number}"
            group = await Group.create(
                chat_id=-number, department_id=department, title=named, language="en", bound_at=now
            )
            team.groups[department] = group.id
        team.people = {name: number for number, name in enumerate(ROLES, 100)}
        for name in ROLES:
            for department in team.groups:
                await team.comes(name, department, now)
        team.customers = [[ChannelAddress("telegram", str(n))] for n in range(customers)]
        return team

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
