"""Two equal processes behind one address: they share the work, and one takes over the other's."""

import itertools
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.chaos.desk import Desk
from tests.stories.chat import eventually
from tests.stories.conftest import TOKEN, Stage
from tests.stories.talk import Expected, Talk

CUSTOMERS = 3


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Balancer:
    """What stands before the replicas: each call goes to the next one that can be reached."""

    def __init__(self, ports: list[int]) -> None:
        self.taken = dict.fromkeys(ports, 0)
        self._turns = itertools.cycle(ports)

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for port in itertools.islice(self._turns, len(self.taken)):
            url = f"http://127.0.0.1:{port}{request.path}"
            try:
                async with (
                    aiohttp.ClientSession() as session,
                    session.post(url, data=body, headers=request.headers) as answer,
                ):
                    self.taken[port] += answer.status == 200
                    return web.Response(status=answer.status)
            except aiohttp.ClientError:
                continue
        return web.Response(status=502)


@dataclass
class Scene(Talk):
    """Conversations that have begun, and the replicas that serve them."""

    balancer: Balancer
    replicas: list[Desk]

    def everybody_writes(self, *turns: str) -> Expected:
        """A line each way in each turn."""
        return [one for turn in turns for one in self.all_write(turn)]

    async def all_arrive(self, expected: Expected) -> None:
        await eventually(
            lambda: not self.missing(expected), lambda: str(self._why(self.missing(expected)))
        )
        for screen in {id(screen): screen for screen, _text in expected}.values():
            screen.keeps_order(*(text for whose, text in expected if whose is screen))

    def _why(self, missing: list[str]) -> list[str]:
        """With what the replicas said last."""
        return [*missing, *(replica.last_words() for replica in self.replicas)]


@pytest.fixture
async def scene(
    stage: Stage, database_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[Scene]:
    ports = [free_port(), free_port()]
    balancer = Balancer(ports)
    front = web.Application()
    front.router.add_post("/{path:.*}", balancer.pass_on)
    runner = web.AppRunner(front)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    replicas = []
    for number, port in enumerate(ports):
        (tmp_path / str(number)).mkdir()
        settings = {
            "BOT_TOKEN": TOKEN,
            "OPERATOR_GROUP_ID": str(stage.group),
            "TELEGRAM_API_URL": stage.sandbox.url,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "GROUP_ACTIONS_PER_MINUTE": "0",
            "PRIVATE_MESSAGES_PER_SECOND": "0",
            "PUBLIC_URL": site.name,
            "PORT": str(port),
        }
        replicas.append(Desk(tmp_path / str(number), stage.sandbox.calls, settings))
    try:
        for replica in replicas:
            await replica.launch()
        await eventually(
            lambda: len(stage.sandbox.calls.of("setWebhook")) == 2, lambda: "one never listens"
        )
        couples = []
        for number in range(CUSTOMERS):
            customer = stage.customer(f"Anna {number}", starts=False)
            customer.writes("Good day")
            await customer.shows("received")
            couples.append((customer, await stage.topic(f"#{number + 1} ")))
        yield Scene(stage, couples, balancer, replicas)
    finally:
        for replica in replicas:
            await replica.kill()
        await runner.cleanup()


async def test_two_replicas_share_the_work(scene: Scene) -> None:
    expected = scene.everybody_writes("One", "Two", "Three")
    await scene.all_arrive(expected)
    assert all(scene.balancer.taken.values()), "both take updates"
    assert scene.copies(expected) == [1] * len(expected)
    assert len(scene.stage.topics()) == CUSTOMERS


async def test_one_takes_over_what_the_other_had_in_hand(scene: Scene) -> None:
    expected = scene.everybody_writes("One", "Two", "Three")
    await eventually(lambda: any(scene.copies(expected)), lambda: "nothing is carried")
    await scene.replicas[0].kill()
    expected += scene.everybody_writes("Four", "Five", "Six")
    await scene.all_arrive(expected)
