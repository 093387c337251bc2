"""`python -m sandbox` and the demo world."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import demo
from sandbox.overview import overview

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts the command; what still runs at the end is killed."""
    started: list[asyncio.subprocess.Process] = []

    async def one(*options: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sandbox",
            *options,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield one
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().strip()


async def ended(process: asyncio.subprocess.Process) -> int:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        return await process.wait()


async def state(url: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/sandbox/state") as answer:
        shown: dict[str, Any] = await answer.json()
        return shown


async def test_it_serves_until_told_to_end_and_finds_its_data_again(
    start: Start, tmp_path: Path
) -> None:
    options = ("--data-dir", str(tmp_path), "--limits", "telegram")
    first = await start(*options)
    url = await address(first)
    shown = await state(url)
    assert shown["limits"] == "telegram"
    anna = next(p["id"] for p in shown["people"] if p["role"] == "customer")
    async with aiohttp.ClientSession() as http:
        act = {"who": anna, "do": "writes", "args": {"chat": "bot", "text": "пам'ятай"}}
        async with http.post(f"{url}/sandbox/act", json=act) as answer:
            assert answer.status == 200
    assert await ended(first) == 0
    second = await start(*options)
    url = await address(second)
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{url}/sandbox/history", params={"person": anna}) as answer,
    ):
        assert [message["text"] for message in await answer.json()] == ["пам'ятай"]
    assert await ended(second) == 0


async def test_a_taken_port_is_said_in_one_line(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start("--empty", "--port", str(port))
        async with asyncio.timeout(60):
            _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode() == f"127.0.0.1:{port}: Address already in use\n"


def test_the_demo_has_a_desk_and_customers_of_three_languages() -> None:
    world = demo.world(time.time)
    shown = overview(world)
    roles = [person["role"] for person in shown["people"]]
    assert (roles.count("owner"), roles.count("operator"), roles.count("customer")) == (1, 2, 4)
    assert {p["language"] for p in shown["people"] if p["role"] == "customer"} == {"uk", "ru", "en"}
    group = demo.operators_group(world)
    assert group is not None
    bot = world.chats[group].member(world.bots[demo.TOKEN].id)
    assert bot.status == "administrator"
    assert {right for right, given in demo.BOT_RIGHTS.items() if given} <= bot.rights


def test_the_empty_world_has_the_bot_alone() -> None:
    world = demo.empty(time.time)
    assert demo.operators_group(world) is None
    assert (list(world.bots), world.people()) == ([demo.TOKEN], [])
