"""What `/mine`, `/queue` and a claim cost with years of tickets: a million against ten thousand."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from statistics import median
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bot.desk import outbox
from bot.desk.people import memberships
from bot.desk.tickets import lists, owning
from bot.embedded import postgres
from models import FIRST, Membership
from models.database import connected, migrate
from tests.bench.figures import Row, ratio
from tests.bench.town import place

FEW, MANY = 10_000, 1_000_000
OPEN = 400  # that go on; half of them are nobody's
OPERATORS, CUSTOMERS = 20, 5_000
ROUNDS = 200
AIM = 2.0
FILL = (
    "INSERT INTO operator_group (chat_id, title, language, bound_at) VALUES (-1, '', 'uk', now())",
    "INSERT INTO operator (user_id, name, created_at) "
    f"SELECT n, 'Olena ' || n, now() FROM generate_series(1, {OPERATORS}) AS n",
    "INSERT INTO membership (operator_id, group_id, standing, since) "
    "SELECT id, 1, 'member', now() FROM operator",
    "INSERT INTO customer (name, language, created_at) "
    f"SELECT 'Anna ' || n, 'uk', now() FROM generate_series(1, {CUSTOMERS}) AS n",
    "INSERT INTO address (customer_id, channel, external_id, created_at) "
    "SELECT id, 'webhook', 'shop:' || id, now() FROM customer",
    # The last of them go on, and each second one is somebody's; of the others all were.
    f"""
    INSERT INTO ticket (customer_id, address_id, status, subject, opened_at, customer_at,
        assignee_id, priority)
    SELECT 1 + n % {CUSTOMERS}, 1 + n % {CUSTOMERS},
        CASE WHEN n > $1::int - {OPEN} THEN 'open' ELSE 'closed' END, 'Where is it?',
        now() - ($1::int - n) * interval '1 minute', now() - ($1::int - n) * interval '1 minute',
        CASE WHEN n <= $1::int - {OPEN} OR n % 2 = 0 THEN 1 + n / 2 % {OPERATORS} END, 1 + n % 5
    FROM generate_series(1, $1::int) AS n
    """,
    "VACUUM ANALYZE",
)
NOBODYS = "SELECT id FROM ticket WHERE assignee_id IS NULL AND status = 'open' ORDER BY id"
Took = dict[str, list[float]]  # seconds, by what is done


async def tickets() -> list[Row]:
    """The medians of both, and their ratio."""
    found: dict[int, Took] = {FEW: {}, MANY: {}}
    async with place() as data_dir:
        with postgres(data_dir) as url:
            urls = {count: await _filled(url, count) for count in found}
            for count in (FEW, MANY, MANY, FEW):  # what else the machine does hits both
                for name, took in (await _costs(urls[count])).items():
                    found[count].setdefault(name, []).append(median(took))
    return [
        row for name in found[FEW] for row in _rows(name, *(min(of[name]) for of in found.values()))
    ]


def _rows(name: str, few: float, many: float) -> list[Row]:
    share = many / few
    return [
        Row(f"{name}, of {FEW:,} and of {MANY:,}", f"{few * 1000:.2f} and {many * 1000:.2f} ms"),
        Row(f"{name}, ratio", ratio(share), f"≤ {AIM}", share <= AIM),
    ]


async def _filled(url: str, tickets: int) -> str:
    """A database with so many; gives its address."""
    name = f"tickets_{tickets}"
    server = await asyncpg.connect(url)
    await server.execute(f"CREATE DATABASE {name}")
    await server.close()
    there = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    await migrate(there)
    connection = await asyncpg.connect(there)
    for statement in FILL:
        await connection.execute(statement, *([tickets] if "$1" in statement else []))
    await connection.close()
    return there


async def _costs(url: str) -> Took:
    async with connected(url, connections=2):
        connection = await asyncpg.connect(url)
        nobodys = [row["id"] for row in await connection.fetch(NOBODYS)]
        await connection.close()
        there = await memberships.of_department(FIRST)
        return {
            "/mine": await _timed(lambda n: lists.mine(there[n % OPERATORS].operator_id, FIRST)),
            "/queue": await _timed(lambda _n: lists.queue(FIRST)),
            "a claim": await _claims(nobodys, there),
        }


async def _timed(act: Callable[[int], Awaitable[object]]) -> list[float]:
    took = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        await act(number)
        took.append(time.perf_counter() - began)
    return took


async def _claims(nobodys: list[int], there: list[Membership]) -> list[float]:
    """Each is taken and put back, so that it can be taken again."""
    took = []
    for number in range(ROUNDS):
        ticket, who, now = (
            nobodys[number % len(nobodys)],
            there[number % OPERATORS],
            datetime.now(UTC),
        )
        began = time.perf_counter()
        async with outbox.transaction():
            assert await owning.take(ticket, who, now)
        took.append(time.perf_counter() - began)
        async with outbox.transaction():
            await owning.unassign(ticket, who, now)
    return took
