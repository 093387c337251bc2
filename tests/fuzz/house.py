"""What admins do: roles, routing, `/settings`, departments; and people who come and go."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.desk import outbox
from bot.desk.people import fields
from bot.desk.people.preferences import Collisions, ReplyMode
from bot.desk.tickets import dissolving, members, preferring, routing, team
from bot.forum.dissolving import dissolve
from models import FieldKind, FieldOf, Group, Membership, Role, Routing, Standing, Status
from tests.fuzz.scene import Chances, Scene
from tests.fuzz.team import LEADER

GIVEN = (Role.LEAD, Role.OPERATOR, Role.OBSERVER)
ADMINS = ("Owner", "Admin")
FEW = 2  # departments there are at least


@dataclass
class House:
    """Acts upon the team and its departments."""

    scene: Scene

    def chances(self) -> Chances:
        """Each act with its weight."""
        return {
            **{self.roles: 3, self.leaves: 3, self.routes: 2, self.prefers: 4},
            **{self.dissolves: 1, self.opens: 2},
        }

    async def roles(self) -> None:
        """`/operators @name role`."""
        scene = self.scene
        group = scene.dice.choice([*scene.team.groups.values()])
        who, role = scene.dice.choice([*scene.team.people.values()]), scene.dice.choice(GIVEN)
        await scene.done(lambda: members.give_role(group, who, role, LEADER, scene.now))

    async def leaves(self) -> None:
        """Somebody leaves a group, or comes back."""
        scene = self.scene
        name, where = scene.dice.choice([*scene.team.people]), self._department()
        if scene.dice.random() < 0.4:
            await scene.team.stands(name, where, Standing.GONE, scene.now)
        else:
            await scene.team.comes(name, where, scene.now)

    async def routes(self) -> None:
        """Mostly the desk gives out; some take but few, or are away; or time has passed."""
        scene, where = self.scene, self._department()
        way = scene.dice.choice((*Routing, Routing.ROUND_ROBIN))
        number = scene.dice.randint(1, len(scene.team.people))
        most, minutes = scene.dice.choice((None, 1, 3)), scene.dice.choice((None, 5))
        until = scene.now + timedelta(minutes=minutes) if minutes else None
        deeds: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: routing.choose(where, way, LEADER, scene.now),
            lambda: team.set_capacity(where, number, most, LEADER, scene.now),
            lambda: team.set_absence(where, number, until, LEADER, scene.now),
            lambda: routing.give_all(scene.now),
        )
        await scene.done(scene.dice.choice(deeds))

    async def prefers(self) -> None:
        """`/settings`, by whoever they are."""
        scene, where, now = self.scene, self._department(), self.scene.now
        how, mode = scene.dice.choice([*Collisions]), scene.dice.choice((None, *ReplyMode))
        days, name = scene.dice.choice((None, 0, 7)), scene.dice.choice(("", "At the master’s"))
        template = scene.dice.choice(("", "#{number} {subject}", "{name}"))
        field = fields.New(FieldOf.TICKET, "order", "Order", FieldKind.NUMBER)
        deeds: tuple[Callable[[Membership], Awaitable[object]], ...] = (
            lambda who: preferring.collisions(where, how, who, now),
            lambda who: preferring.reply_mode(where, mode, who, now),
            lambda who: preferring.reopen_days(where, days, who, now),
            lambda who: preferring.template(where, template, who, now),
            lambda who: preferring.name_status(where, Status.OPEN, name, who, now),
            lambda who: preferring.add_field(field, who, now),
            lambda who: preferring.remove_field(FieldOf.TICKET, "order", who, now),
            lambda who: preferring.remove_tag("late", who, now),
        )
        deed, person = scene.dice.choice(deeds), self._mostly_an_admin()

        async def prefer() -> None:
            await deed(await scene.team.member(person, where, now))

        await scene.done(prefer)

    async def dissolves(self) -> None:
        """`/dissolve`, now and then; the first department stays, and so do two."""
        scene, where = self.scene, self._department()
        heir, now = self._department(), scene.now
        person = self._mostly_an_admin()
        if len(scene.team.groups) <= FEW:
            return

        async def let_go() -> None:
            group = await Group.get(id=scene.team.groups[where])
            member = await scene.team.member(person, where, now)
            await dissolve(group, where, heir, member, now)

        await scene.done(let_go)
        del scene.team.groups[where]
        async with outbox.transaction():
            while await dissolving.finish(now):
                pass

    async def opens(self) -> None:
        """A further group is bound to a department of its own."""
        if len(self.scene.team.groups) <= FEW:
            await self.scene.team.opens(self.scene.now)

    def _mostly_an_admin(self) -> str:
        return self.scene.dice.choice((*ADMINS, *ADMINS, *ADMINS, *self.scene.team.people))

    def _department(self) -> int:
        return self.scene.dice.choice([*self.scene.team.groups])
