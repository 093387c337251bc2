"""What a claim and a mark cost when the same work is of many: groups, and channels' addresses."""

import time
from datetime import UTC, datetime
from statistics import median

import asyncpg

from bot.desk import outbox
from bot.desk.outbox import claims, gates
from bot.desk.outbox.drafts import Precedence
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.talk import intake, outgoing
from bot.desk.words import Words
from bot.embedded import postgres
from models import FIRST
from models.database import connected, migrate
from models.rows import fetch
from tests.bench.figures import Row, ratio
from tests.bench.town import place
from tests.desk.test_plans import looked_at

GROUPS, ADDRESSES = 10, 1_000
ROWS = 25_000  # that wait for the groups, and as many for the channel
ROUNDS = 300
WORKER = 1
AIM = 1.5
CHANNEL = "webhook"
Cost = tuple[float, int]  # median milliseconds, and rows read
Costs = dict[str, Cost]  # by what is done
DEPARTMENTS = """
INSERT INTO department (name, created_at) SELECT 'Desk', now() FROM generate_series(2, $1::int)
"""
BELONG = "UPDATE ticket SET department_id = 1 + (id - 1) % $1::int"
HEAD = "SELECT id, lane FROM delivery WHERE gate = $1 AND state = 'head' ORDER BY id LIMIT 1"
# Each customer's words for their topic, and as many answers for their address.
FILL = f"""
INSERT INTO delivery (gate, lane, kind, payload, priority, due_at, created_at, state,
    ticket_id, customer_id, rank)
SELECT side.gate, side.lane || ticket.id, side.kind, side.payload::jsonb, 10,
    now() - interval '1 minute', now(), CASE WHEN i < $2 THEN 'head' ELSE 'waiting' END,
    ticket.id, ticket.customer_id, now() - interval '1 hour' + i * interval '1 millisecond'
FROM generate_series(0, $1::int - 1) AS i JOIN ticket ON ticket.id = 1 + i % $2::int
CROSS JOIN LATERAL (VALUES
    ({gates.OF_TICKET}, 'ticket:', 'words', '{{"messages": [1], "merge": true}}'),
    ('{CHANNEL}', '{CHANNEL}:', 'message', '{{"messages": [1], "address": 1}}')
) AS side (gate, lane, kind, payload)
"""


async def spread() -> list[Row]:
    """All that waits is of one ticket in one group; then of a thousand in ten."""
    found: dict[int, list[Costs]] = {1: [], GROUPS: []}
    async with place() as data_dir:
        with postgres(data_dir) as url:
            await migrate(url)
            async with connected(url, connections=2):
                await fetch(DEPARTMENTS, GROUPS)
                await _ask(ADDRESSES)
                for groups in (1, GROUPS, GROUPS, 1):  # what else the machine does hits both
                    addresses = ADDRESSES if groups > 1 else 1
                    found[groups].append(await _costs(url, groups, addresses))
    one, many = (
        {name: min(each[name] for each in costs) for name in costs[0]} for costs in found.values()
    )
    return [row for name in one for row in _rows(name, one[name], many[name])]


def _rows(name: str, one: Cost, many: Cost) -> list[Row]:
    """The medians, their ratio, and what PostgreSQL has read."""
    took, share = f"{one[0]:.2f} and {many[0]:.2f} ms", many[0] / one[0]
    read = f"{one[1]} and {many[1]}"
    return [
        Row(f"{name}, of one and of many", took),
        Row(f"{name}, ratio", ratio(share), f"≤ {AIM}", share <= AIM),
        Row(f"{name}, rows read", read, "no more", many[1] <= one[1]),
    ]


async def _ask(customers: int) -> None:
    for number in range(customers):
        address = ChannelAddress(CHANNEL, f"shop:{number}")
        words = Content(words=Words("hello"))
        incoming = Incoming(address, Person(f"Anna {number}"), "1", words)
        async with outbox.transaction():
            await intake.receive(incoming, datetime.now(UTC), reopen_days=7)


async def _costs(url: str, groups: int, addresses: int) -> Costs:
    connection = await asyncpg.connect(
        url, server_settings={"plan_cache_mode": "force_generic_plan"}
    )
    try:
        await connection.execute(BELONG, groups)
        await connection.execute("TRUNCATE delivery")
        await connection.execute(FILL, ROWS, addresses)
        await connection.execute("VACUUM ANALYZE")
        forums = [gates.of(FIRST + number) for number in range(groups)]
        read = await _read(connection, forums[-1])
        took = await _timed(forums, "group") | await _timed([CHANNEL], "channel")
    finally:
        await connection.close()
    return {name: (median(each) * 1000, read[name]) for name, each in took.items()}


async def _timed(names: list[str], of: str) -> dict[str, list[float]]:
    """Seconds of each claim and mark, at these gates in turn; and of a mark in a topic."""
    claiming, marking, showing = [], [], []
    for number in range(ROUNDS):
        gate, now = names[number % len(names)], datetime.now(UTC)
        began = time.perf_counter()
        parcels = await claims.claim(gate, WORKER, now)
        claimed = time.perf_counter()
        assert parcels, "there is always something due"
        await claims.mark_sent(parcels, now)
        marked = time.perf_counter()
        await outgoing.departments([1 + number])
        await claims.next_due(gate)
        claiming.append(claimed - began)
        marking.append(marked - claimed)
        showing.append(time.perf_counter() - marked)
    took = {f"a {of}’s claim": claiming, f"a {of}’s mark as sent": marking}
    return took if of == "channel" else took | {"a delivery mark’s look-ups": showing}


async def _read(connection: asyncpg.Connection, forum: str) -> dict[str, int]:
    """Rows that PostgreSQL reads for each, at the last of the groups.

    A thousand tickets are so few that it reads all of them to find one.
    """
    read = {}
    for of, gate in {"group": forum, "channel": CHANNEL}.items():
        named, levels = f"'{gate}'", f"'{{{','.join(str(int(each)) for each in Precedence)}}}'"
        head = await connection.fetchrow(HEAD, gate)
        sent = f"'{{{head['lane']}}}'", f"'{{{head['id']}}}'", "'{NULL}'", "now()"
        claim = named, levels, "now()", str(WORKER), "now()"
        read[f"a {of}’s claim"] = await looked_at(connection, claims._claim(1), *claim)
        read[f"a {of}’s mark as sent"] = await looked_at(connection, claims.SENT, *sent)
        due = await looked_at(connection, claims.NEXT_DUE, named, levels)
        of_whom = await looked_at(connection, outgoing.DEPARTMENTS, "'{9}'")
        read.setdefault("a delivery mark’s look-ups", due + of_whom)
    return read
