"""The sandbox on disk: a second start finds everything, a crash spoils nothing."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from sandbox.living import LivingWorld
from sandbox.params import Params
from sandbox.server import Sandbox
from sandbox.store import Store
from tests.sandbox.place import TOKEN, people_of, until


def restarted(folder: Path) -> Sandbox:
    return Sandbox(LivingWorld(time.time), data_dir=folder)


async def test_a_second_start_finds_its_data(tmp_path: Path) -> None:
    world = LivingWorld(time.time)
    bot, owner, customer, group = people_of(world)
    async with Sandbox(world, data_dir=tmp_path):
        customer.writes(bot, "збережи мене")
        customer.sends(bot, "document", data=b"\x00bytes\xff", filename="a.bin")
        thread = owner.creates_topic(group, "Тема")
        shown = [update.body for update in bot.updates]
    async with restarted(tmp_path) as again:
        bot = again.world.bots[TOKEN]
        anna = again.world.as_person(customer.id)
        words, document = again.world.private(anna, bot)[-2:]
        assert words["text"] == "збережи мене"
        file = again.world.files.find(document["document"]["file_id"])
        assert file is not None
        assert again.world.files.bytes_of(file) == b"\x00bytes\xff"
        assert thread in [topic["thread"] for topic in again.world.topics(group)]
        assert [update.body for update in bot.updates] == shown


async def test_after_a_kill_no_number_is_used_twice(tmp_path: Path) -> None:
    """A bot remembers updates and messages that were never saved: it would pass over new ones."""
    world = LivingWorld(time.time)
    bot, owner, customer, group = people_of(world)
    saved, killed = tmp_path / "saved", tmp_path / "killed"
    async with Sandbox(world, data_dir=saved):
        customer.writes(bot, "збережене")
        await until((saved / "world.json").exists)
        shutil.copytree(saved, killed)  # what a kill now leaves
        lost = customer.writes(bot, "ще не збережене")
        thread = owner.creates_topic(group, "Тема")
        known = list(bot.updates)[-1].id
    async with restarted(killed) as again:
        bot, anna = again.world.bots[TOKEN], again.world.as_person(customer.id)
        written = anna.writes(bot, "після")
        assert written["message_id"] > lost["message_id"]
        assert list(bot.updates)[-1].id > known
        olena = again.world.as_person(owner.id)
        assert olena.creates_topic(group, "Тема") > thread
        assert again.world.person("Новий").id > world.person("Хтось").id
    async with restarted(killed) as again:  # which was stopped in order
        anna = again.world.as_person(customer.id)
        assert anna.writes(bot, "далі")["message_id"] == written["message_id"] + 1


async def test_a_change_is_saved_within_seconds_of_it(tmp_path: Path) -> None:
    world = LivingWorld(time.time)
    bot, _, customer, _ = people_of(world)
    saved = tmp_path / "world.json"
    async with Sandbox(world, data_dir=tmp_path):
        await until(saved.exists)
        customer.writes(bot, "без зупинки")
        await until(lambda: "без зупинки" in saved.read_text("utf-8"))


async def test_a_disk_that_fails_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = LivingWorld(time.time)
    bot, _, customer, _ = people_of(world)
    folder, away = tmp_path / "data", tmp_path / "away"
    async with Sandbox(world, data_dir=folder):
        await until((folder / "world.json").exists)
        folder.rename(away)
        customer.writes(bot, "ще раз")
        await until(lambda: "could not be saved" in caplog.text)
        away.rename(folder)
        await until(lambda: "ще раз" in (folder / "world.json").read_text("utf-8"))


async def test_the_webhook_survives(tmp_path: Path) -> None:
    world = LivingWorld(time.time)
    bot, *_ = people_of(world)
    async with Sandbox(world, data_dir=tmp_path) as sandbox:
        await sandbox.feed(bot).set_webhook(Params({"url": "https://127.0.0.1:1/hook"}))
    async with restarted(tmp_path) as again:
        feed = again.feed(again.world.bots[TOKEN])
        assert feed.webhook_info()["url"] == "https://127.0.0.1:1/hook"


def test_nothing_saved_is_no_world(tmp_path: Path) -> None:
    assert Store(tmp_path).load(time.time) is None


def test_a_half_written_file_is_not_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    (tmp_path / "world.new").write_bytes(b"{half")
    (tmp_path / "blobs" / "abc.new").write_bytes(b"half")
    assert store.load(time.time) is None


@pytest.mark.parametrize("host", ["127.0.0.1"])
async def test_a_taken_port_is_an_error(tmp_path: Path, host: str) -> None:
    async with Sandbox(LivingWorld(time.time)) as first:
        port = int(first.url.rpartition(":")[2])
        second = Sandbox(LivingWorld(time.time), data_dir=tmp_path)
        with pytest.raises(OSError, match="in use"):
            await second.start(host, port)
        await second.stop()
