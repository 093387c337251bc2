"""Who there is: a bot, a group for each department, operators, customers of both channels."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import asyncpg

from models import FIRST
from sandbox.accounts import Bot
from sandbox.living import LivingWorld
from sandbox.people import Person
from tests.chaos.shop import Shop, Visitor

TOKEN = "7000000001:AAHchaos-bot-of-the-sandbox-0000000"
RIGHTS = {"can_manage_topics": True, "can_delete_messages": True, "can_pin_messages": True}
DEPARTMENTS = ("Operators", "Sales")  # called as their groups are
WHOSE = re.compile(r"#\d+ (Customer \d+)")
CONNECT = """
WITH first AS (UPDATE department SET name = $3 WHERE id = $5 RETURNING id),
    further AS (INSERT INTO department (name, created_at) VALUES ($4, $6) RETURNING id)
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
SELECT $1::bigint, first.id, $3, 'en', $6 FROM first
UNION ALL SELECT $2::bigint, further.id, $4, 'en', $6 FROM further
"""

Seen = dict[str, Any]


class Place(NamedTuple):
    """A topic: which chat's, and its thread there."""

    chat: int
    thread: int


@dataclass
class Cast:
    """A company: a bot, two departments with the same operators, customers.

    The first two operators are admins of both groups.
    """

    world: LivingWorld
    bot: Bot
    groups: list[int]
    operators: list[Person]
    customers: list[Person | Visitor]
    shop: Shop
    first_update: int

    @classmethod
    def of(
        cls, world: LivingWorld, shop: Shop, customers: int, visitors: int, operators: int
    ) -> "Cast":
        """Everybody has started the bot; nobody has said anything. `visitors` are the shop's."""
        bot = world.add_bot(TOKEN, "Support", "chaos_bot")
        staff = [world.person(f"Operator {n}", language="en") for n in range(operators)]
        groups = [_group(world, bot, title, staff) for title in DEPARTMENTS]
        bot.updates.clear()  # all this was long ago
        first = bot.updates.next_id
        clients = [world.person(f"Customer {n:03}", language="en") for n in range(customers)]
        for one in clients:
            one.start(bot)
        guests = [shop.visitor(f"Customer {customers + n:03}") for n in range(visitors)]
        return cls(world, bot, groups, staff, [*clients, *guests], shop, first)

    async def connect(self, database: asyncpg.Connection) -> None:
        """Both departments have their groups before the desk is started for the first time."""
        now = datetime.now(UTC)
        await database.execute(CONNECT, *self.groups, *DEPARTMENTS, FIRST, now)

    def of_bot(self, messages: list[Seen]) -> list[Seen]:
        """Those that the bot has written."""
        return [m for m in messages if m.get("from", {}).get("id") == self.bot.id]

    def shown_to(self, customer: int) -> list[Seen]:
        """What the desk shows to a customer, on whichever channel."""
        person = self.customers[customer]
        if isinstance(person, Visitor):
            return self.shop.shown_to(person)
        return self.of_bot(self.world.private(person, self.bot))

    def topics(self) -> Iterator[tuple[Place, str, Seen]]:
        """The tickets' topics in both groups: where, the customer's name, and how each looks."""
        for group in self.groups:
            for topic in self.world.topics(group):
                if whose := WHOSE.match(topic["name"]):
                    yield Place(group, topic["thread"]), whose[1], topic

    def topics_of(self, name: str) -> list[Place]:
        """Those of one customer."""
        return [place for place, whose, _look in self.topics() if whose == name]

    def posts(self, topic: Place) -> list[Seen]:
        """What the bot has written in a topic."""
        return self.of_bot(self.world.history(topic.chat, topic.thread))


def _group(world: LivingWorld, bot: Bot, title: str, staff: list[Person]) -> int:
    group = world.group(title, staff[0])
    for one in staff[1:]:
        one.joins(group)
    staff[0].promotes(staff[1], group, can_manage_topics=True)
    staff[0].adds_bot(bot, group)
    staff[0].sets_bot_rights(bot, group, **RIGHTS)
    return group
