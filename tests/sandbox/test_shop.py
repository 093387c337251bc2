"""The shop's site: what its visitors do is signed and brought, what the desk says is believed."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from bot.bridges.webhook import events
from bot.bridges.webhook import signing as theirs
from bot.web import build, serving
from sandbox.errors import Refused
from sandbox.living import LivingWorld
from sandbox.media import Given
from sandbox.server import Sandbox
from sandbox.shop import HOOK, showing, signing
from sandbox.shop.acts import Visit
from sandbox.shop.calling import MOST_TRIES, Endpoint
from sandbox.visitors import Line, Visitor
from tests.sandbox.place import until

Json = dict[str, Any]
SECRET = signing.new_secret()
PATH = "/channels/webhook/site"


class Far:
    """Who is called, with the desk's own way of checking what comes; it answers what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, events.Incoming]] = []
        self.answers: list[web.Response] = []

    async def comes(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            theirs.check([theirs.key(SECRET)], request.headers, body, time.time())
        except theirs.Forged as error:
            return web.Response(status=401, text=f"{error}\n")
        self.calls.append((request.headers[theirs.ID], events.read(body)))
        return self.answers.pop(0) if self.answers else web.json_response({"ok": True})


class Corner:
    """A shop that is open, one visitor, and who is called."""

    def __init__(self, sandbox: Sandbox, visitor: Visitor, far: Far) -> None:
        self.sandbox, self.visitor, self.far = sandbox, visitor, far
        self.visit = Visit(sandbox.world, visitor)

    @property
    def chat(self) -> list[Json]:
        return showing.chat(self.sandbox.world, self.visitor)

    async def is_heard(self, times: int = 1) -> None:
        await until(lambda: len(self.far.calls) >= times and not self.visitor.events)

    async def hears(
        self, kind: str, data: Json, *, key: bytes | None = None, at: float = 0.0
    ) -> tuple[int, Json]:
        """A call of the desk's, signed by its own hand."""
        said = {"to": self.visitor.id, **data}
        body = orjson.dumps({"type": kind, "timestamp": "2026-11-27T15:06:00Z", "data": said})
        headers = theirs.signed([key or theirs.key(SECRET)], "d-1", time.time() + at, body)
        url = self.sandbox.url + HOOK
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()


@pytest.fixture
async def corner() -> AsyncIterator[Corner]:
    far, world = Far(), LivingWorld(time.time)
    visitor = world.visitor("Марія")
    listening = build(routes=[web.post(PATH, far.comes)])
    async with Sandbox(world) as sandbox, serving(listening, "127.0.0.1", 0) as url:
        sandbox.shop.open(Endpoint(url + PATH, SECRET, sandbox.url))
        yield Corner(sandbox, visitor, far)


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """The example that its libraries are tested with."""
    said = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    headers = signing.signed(*said, 1614265330, b'{"test": 2432232314}')
    assert headers[signing.SIGNATURE] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_words_are_brought_and_stand_as_taken(corner: Corner) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    corner.visit.writes("Де замовлення?", entities=[bold])
    await corner.is_heard()
    [(_id, event)] = corner.far.calls
    assert isinstance(event, events.Message)
    assert (event.data.text, event.data.sender.name) == ("Де замовлення?", "Марія")
    assert event.data.entities[0].type == "bold"
    [line] = corner.chat
    assert (line["message_id"], line["stands"]) == (event.data.id, "taken")


async def test_a_file_is_a_link_that_anybody_may_fetch(corner: Corner) -> None:
    corner.visit.writes(
        files=[Given(b"\x89PNG", "чек 1.png", "image/png"), Given(b"%PDF", "b.pdf")]
    )
    await corner.is_heard()
    [(_id, event)] = corner.far.calls
    assert isinstance(event, events.Message)
    first, second = event.data.attachments
    assert (first.name, second.name) == ("чек 1.png", "b.pdf")
    async with aiohttp.ClientSession() as http, http.get(first.url) as answer:
        assert await answer.read() == b"\x89PNG"
    assert [set(one) & {"photo", "document"} for one in corner.chat] == [{"photo"}, {"document"}]


async def test_what_is_not_taken_comes_again_under_its_id_and_in_its_order(corner: Corner) -> None:
    corner.far.answers = [web.Response(status=503), web.Response(status=429), web.Response()]
    first = corner.visit.writes("перше")
    second = corner.visit.writes("друге")
    await corner.is_heard(4)
    ids, events_ = zip(*corner.far.calls, strict=True)
    assert len(set(ids[:3])) == 1
    assert ids[3] != ids[0]
    assert [event.data.id for event in events_] == [first.id, first.id, first.id, second.id]


async def test_what_is_refused_says_why_where_it_was_written(corner: Corner) -> None:
    corner.far.answers = [web.Response(status=400, text="data.text: too dull\n")]
    corner.visit.writes("нудне")
    await corner.is_heard()
    [line] = corner.chat
    assert (line["stands"], line["answer"]) == (
        "refused",
        {"status": 400, "text": "data.text: too dull"},
    )


async def test_a_forged_call_is_refused_and_the_same_one_is_taken_when_it_is_signed(
    corner: Corner,
) -> None:
    line = corner.visit.writes("чуже", forged=True)
    await until(lambda: line.refused)
    assert corner.far.calls == []
    assert corner.chat[0]["answer"] == {"status": 401, "text": "the signature does not match"}
    corner.visit.brings_again(line.id)
    await corner.is_heard()
    assert corner.chat[0]["stands"] == "taken"


async def test_a_message_that_the_desk_does_not_keep_is_asked_about_a_few_times(
    corner: Corner,
) -> None:
    await corner.hears("message", {"id": "topicdesk-1", "text": "Отримано", "automatic": True})
    corner.far.answers = [web.Response(status=409) for _ in range(MOST_TRIES)]
    corner.visit.reacts("topicdesk-1", "👍")
    await corner.is_heard(MOST_TRIES)
    assert corner.chat[0]["answer"]["status"] == 409


async def test_words_are_changed_and_taken_back_when_the_desk_knows(corner: Corner) -> None:
    line = corner.visit.writes("перше", files=[Given(b"%PDF", "b.pdf")])
    corner.visit.edits(line.id, "інше")
    corner.visit.deletes(line.id)
    assert len(corner.chat) == 1
    await corner.is_heard(3)
    kinds = [event.type for _id, event in corner.far.calls]
    assert kinds == ["message", "edited", "deleted"]
    edited = corner.far.calls[1][1]
    assert isinstance(edited, events.Edited)
    assert (edited.data.text, edited.data.attachments) == ("інше", ())
    assert corner.chat == []


async def test_an_answer_is_shown_once_changed_marked_and_taken_back(corner: Corner) -> None:
    said = {"id": "topicdesk-7", "text": "Їде.", "entities": []}
    assert await corner.hears("message", said) == (200, {"id": "topicdesk-7"})
    await corner.hears("message", said)
    assert [one["text"] for one in corner.chat] == ["Їде."]
    await corner.hears("edited", {"id": "topicdesk-7", "text": "Приїхало."})
    await corner.hears("reacted", {"id": "topicdesk-7", "emoji": "❤"})
    [line] = corner.chat
    assert (line["text"], line["edited"]) == ("Приїхало.", True)
    assert line["reactions"] == [{"by": "desk", "emoji": "❤"}]
    assert (await corner.hears("deleted", {"id": "topicdesk-7"}))[0] == 200
    assert corner.chat == []
    assert (await corner.hears("deleted", {"id": "topicdesk-7"}))[0] == 404


@pytest.mark.parametrize(
    ("how", "why"),
    [({"key": b"x" * 24}, "does not match"), ({"at": -301.0}, "seconds away")],
)
async def test_what_the_desk_has_not_signed_is_not_shown(
    corner: Corner, how: Json, why: str
) -> None:
    status, said = await corner.hears("message", {"id": "topicdesk-7", "text": "Їде."}, **how)
    assert (status, why in said["error"]) == (401, True)
    assert corner.chat == []


async def test_a_file_of_the_desks_is_fetched_before_it_is_shown(corner: Corner) -> None:
    async def give(_request: web.Request) -> web.Response:
        return web.Response(body=b"%PDF-1.7")

    async with serving(build(routes=[web.get("/files/x", give)]), "127.0.0.1", 0) as url:
        sent = [{"url": f"{url}/files/x", "name": "bill.pdf", "kind": "document"}]
        await corner.hears("message", {"id": "topicdesk-8", "text": "", "attachments": sent})
        gone = [{"url": f"{url}/files/y", "name": "bill.pdf"}]
        refused = await corner.hears(
            "message", {"id": "topicdesk-9", "text": "", "attachments": gone}
        )
    assert refused == (422, {"error": "the file cannot be fetched: HTTP 404"})
    [line] = corner.chat
    file = corner.sandbox.world.files.find(line["document"]["file_id"])
    assert file is not None
    assert corner.sandbox.world.files.bytes_of(file) == b"%PDF-1.7"


async def test_who_has_shut_the_chat_hears_no_more_until_they_open_it(corner: Corner) -> None:
    corner.visit.shuts()
    await corner.is_heard()
    said = {"id": "topicdesk-7", "text": "Їде."}
    assert (await corner.hears("message", said))[0] == 410
    corner.visit.opens()
    await corner.is_heard(2)
    assert (await corner.hears("message", said))[0] == 200
    assert [event.type for _id, event in corner.far.calls] == ["blocked", "returned"]


async def test_what_was_written_while_nobody_answered_outlasts_a_restart(tmp_path: Path) -> None:
    world, far = LivingWorld(time.time), Far()
    visitor = world.visitor("Марія")
    async with Sandbox(world, data_dir=tmp_path) as sandbox:
        nobody = Endpoint("http://127.0.0.1:1/", SECRET, sandbox.url)
        sandbox.shop.open(nobody)
        Visit(world, visitor).writes("збережи мене", files=[Given(b"%PDF", "b.pdf")])
        await until(lambda: visitor.events[0].answer)
        assert showing.chat(world, visitor)[0]["stands"] == "going"
        number = visitor.events[0].id
    listening = build(routes=[web.post(PATH, far.comes)])
    async with (
        Sandbox(LivingWorld(time.time), data_dir=tmp_path) as again,
        serving(listening, "127.0.0.1", 0) as url,
    ):
        again.shop.open(Endpoint(url + PATH, SECRET, again.url))
        await until(lambda: far.calls)
        assert far.calls[0][0] == number
        kept = again.world.visitors[visitor.id]
        await until(lambda: showing.chat(again.world, kept)[0]["stands"] == "taken")


async def test_the_page_asks_for_it_by_http(corner: Corner) -> None:
    async with aiohttp.ClientSession(corner.sandbox.url) as http:

        async def asks(path: str, body: Json) -> tuple[int, Json]:
            async with http.post(path, json=body) as answer:
                return answer.status, await answer.json()

        who = {"visitor": corner.visitor.id, "do": "writes"}
        file = {"data": "JVBERg==", "filename": "b.pdf", "mime": "application/pdf"}
        status, _ok = await asks(
            "/sandbox/visit", {**who, "args": {"text": "Гей", "files": [file]}}
        )
        assert status == 200
        wrong: list[Json] = [
            {"do": "flies"},
            {"args": {"words": "x"}},
            {"args": {}},
            {"visitor": 7},
        ]
        for one in wrong:
            assert (await asks("/sandbox/visit", {**who, **one}))[0] == 400
        status, made = await asks("/sandbox/visitors", {"name": "Emma", "language": "en"})
        assert (status, made["result"]["name"]) == (200, "Emma")
        assert (await asks("/sandbox/refusal", {"status": 503}))[0] == 200
        async with http.get("/sandbox/visitors") as answer:
            known = await answer.json()
        assert (known["open"], known["refuses"]) == (True, 503)
        assert [one["name"] for one in known["visitors"]] == ["Марія", "Emma"]
    said = {"id": "topicdesk-7", "text": "Їде."}
    assert (await corner.hears("message", said))[0] == 503
    assert (await corner.hears("message", said))[0] == 200


async def test_nobody_writes_where_no_desk_stands_behind_the_site() -> None:
    world = LivingWorld(time.time)
    visitor = world.visitor("Марія")
    async with Sandbox(world) as sandbox, aiohttp.ClientSession(sandbox.url) as http:
        wish = {"visitor": visitor.id, "do": "writes", "args": {"text": "Гей"}}
        async with http.post("/sandbox/visit", json=wish) as answer:
            assert answer.status == 400
        async with http.post(HOOK, json={}) as answer:
            assert answer.status == 503


async def test_what_the_desk_never_took_is_mended_or_forgotten_without_it(corner: Corner) -> None:
    """An edit or a deletion of it would be refused for ever, and hide the message itself."""
    corner.far.answers = [web.Response(status=400, text="too dull") for _ in range(2)]
    mended, gone = corner.visit.writes("нудне"), corner.visit.writes("зайве")
    await until(lambda: mended.refused and gone.refused)
    with pytest.raises(Refused):
        corner.visit.reacts(mended.id, "👍")
    corner.visit.deletes(gone.id)
    corner.visit.edits(mended.id, "цікаве")
    await corner.is_heard(3)
    kinds = [event.type for _id, event in corner.far.calls]
    assert kinds == ["message", "message", "message"]
    last = corner.far.calls[-1][1]
    assert isinstance(last, events.Message)
    assert (last.data.id, last.data.text) == (mended.id, "цікаве")
    [line] = corner.chat
    assert (line["stands"], line["edited"]) == ("taken", False)


async def test_a_refusal_outlasts_what_is_taken_after_it(corner: Corner) -> None:
    line = corner.visit.writes("перше")
    await corner.is_heard()
    corner.far.answers = [web.Response(status=400), web.Response(), web.Response(status=400)]
    corner.visit.edits(line.id, "друге")
    corner.visit.reacts(line.id, "👍")
    corner.visit.reacts(line.id, "❤")
    await corner.is_heard(4)
    assert (corner.chat[0]["stands"], corner.chat[0]["what"]) == ("refused", "edited")
    corner.visit.brings_again(line.id)
    await corner.is_heard(6)
    assert [event.type for _id, event in corner.far.calls[4:]] == ["edited", "reacted"]
    assert corner.chat[0]["stands"] == "taken"


async def test_a_message_is_not_forgotten_for_the_edit_that_was_refused_after_it(
    corner: Corner,
) -> None:
    corner.far.answers = [web.Response(status=400), web.Response(status=404)]
    line = corner.visit.writes("перше")
    corner.visit.edits(line.id, "друге")
    await corner.is_heard(2)
    assert corner.chat[0]["what"] == "message"
    corner.visit.brings_again(line.id)
    await corner.is_heard(4)
    assert [event.type for _id, event in corner.far.calls[2:]] == ["message", "edited"]


async def test_who_opens_the_chat_has_not_shut_it_after_all(corner: Corner) -> None:
    corner.far.answers = [web.Response(status=400)]
    corner.visit.shuts()
    await corner.is_heard()
    assert showing.standing(corner.visitor)["refused"]
    corner.visit.opens()
    await corner.is_heard(2)
    assert showing.standing(corner.visitor)["refused"] is None


async def test_who_watches_the_site_hears_when_it_opens_and_when_a_refusal_is_spent(
    corner: Corner,
) -> None:
    heard: list[Json] = []
    corner.sandbox.world.listeners.append(heard.append)
    async with aiohttp.ClientSession(corner.sandbox.url) as http:
        await (await http.post("/sandbox/refusal", json={"status": 422})).read()
    assert [one["type"] for one in heard] == ["visit"]
    assert (await corner.hears("message", {"id": "topicdesk-7", "text": "Їде."}))[0] == 422
    assert len(heard) == 2
    await corner.sandbox.shop.stop()
    corner.sandbox.shop.open(Endpoint("http://127.0.0.1:1/", SECRET, corner.sandbox.url))
    assert len(heard) == 3


def test_what_an_earlier_version_has_saved_of_a_line_besides_is_passed_over() -> None:
    visitor = Visitor("anna", "Anna", lines={"1": Line("1", "anna", 1, "Hello")})
    saved = visitor.export()
    saved["lines"][0]["album"] = None
    assert Visitor.load(saved) == visitor
