"""The counter: what a channel hands in is cleaned, taken wholly, and once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.bridges.base import Malformed, NotKnown, TooFast
from bot.bridges.counter import LONGEST, LONGEST_ID, Counter
from bot.bucket import Bucket
from bot.config import Settings
from bot.desk import outbox
from bot.desk.outbox.drafts import Draft
from bot.desk.said import ChannelAddress, Content, Elsewhere, Incoming, Quote
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.said.extras import Poll
from bot.desk.talk import outgoing
from bot.desk.words import Words, markup
from models import Message
from models.database import connected
from tests.bridges.post import letter
from tests.desk.talk import answers, apart

SAID = "SELECT words ->> 'text' FROM message ORDER BY id"
TOLD = """
SELECT payload ->> 'sentence' AS sentence, payload ->> 'message' AS message FROM delivery
WHERE kind = 'tell' ORDER BY id
"""


@pytest.fixture
async def counter(database_url: str, redis: Redis) -> AsyncIterator[Counter]:
    async with connected(database_url, connections=4):
        yield limited(redis, per_minute=0)


def limited(redis: Redis, *, per_minute: int) -> Counter:
    bucket = Bucket(redis, 42, per_minute=per_minute, burst=2)
    return Counter("post", Settings(_env_file=None, language="uk"), bucket)


async def said(witness: asyncpg.Connection) -> list[str]:
    return [row[0] for row in await witness.fetch(SAID)]


async def test_words_come_in_and_the_desk_is_woken(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    woken: list[frozenset[str]] = []
    outbox.listeners.append(woken.append)
    try:
        assert await counter.receive(letter("anna", "1", "Where is my order?"))
    finally:
        outbox.listeners.remove(woken.append)
    assert woken == [{"forum", "post"}]
    assert await said(witness) == ["Where is my order?"]
    assert await witness.fetchval("SELECT language FROM customer") == "uk"


async def test_the_same_message_is_known_already(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    incoming = letter("anna", "1", "Where is my order?")
    both = [apart(counter.receive(incoming)) for _one in range(2)]
    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert await counter.receive(replace(incoming, content=Content(words=Words("x")))) is False
    assert await said(witness) == ["Where is my order?"]
    assert await witness.fetchval("SELECT count(*) FROM ticket") == 1


async def test_it_is_taken_wholly_or_not_at_all(
    counter: Counter, witness: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(draft: Draft, now: object) -> None:
        raise RuntimeError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "put", fails)
        with pytest.raises(RuntimeError):
            await counter.receive(letter("anna", "1", "Hello"))
    assert await witness.fetchval("SELECT count(*) FROM customer") == 0
    assert await counter.receive(letter("anna", "1", "Hello"))


async def test_what_cannot_be_kept_is_replaced(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    incoming = letter("anna", "1", "a\0b\ud800c")
    poll, inside = Poll("w\0", ("\udc00",)), Elsewhere("\0", quote=Words("q\0"))
    person = replace(
        incoming.person, name="An\0na\u202e", username="@\0" + "n" * 99, language="uk\0"
    )
    content = replace(incoming.content, extra=poll, elsewhere=inside, unread=("gi\0ft",))
    assert await counter.receive(replace(incoming, person=person, content=content))
    assert await said(witness) == ["a\ufffdb?c"]
    row = await witness.fetchrow("SELECT name, username, language FROM customer")
    assert row is not None
    assert tuple(row) == ("Anna", "@" + "n" * 63, "uk")
    kept = outgoing.content_of(await Message.get(id=1))
    assert kept.extra == Poll("w\ufffd", ("?",))
    assert kept.elsewhere == Elsewhere("\ufffd", quote=Words("q\ufffd"))
    assert kept.unread == ("gi\ufffdft",)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (Attachment("document", "a.pdf", " Application/PDF ", 7), ("a.pdf", "application/pdf", 7)),
        (
            Attachment("document", "/etc/\u202epass\0wd", "text/html\r\nX: y", 0),
            ("passwd", "", None),
        ),
        (Attachment("document", "..", "../x", -5), ("", "", None)),
    ],
)
async def test_what_is_said_of_a_file_is_cleaned(
    counter: Counter, sent: Attachment, kept: tuple[str, str, int | None]
) -> None:
    content = Content("document", attachments=(sent,))
    assert await counter.receive(replace(letter("anna", "1", ""), content=content))
    (found,) = outgoing.content_of(await Message.get(id=1)).attachments
    assert (found.name, found.mime, found.size) == kept


async def test_formats_that_do_not_stand_in_the_words_are_left_out(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    right = {"type": "bold", "offset": 2, "length": 2}
    wrong = [
        {"type": "bold", "offset": 3, "length": 2},
        {"type": "bold", "offset": -1, "length": 2},
        {"type": "bold", "offset": 0, "length": 0},
        {"type": "bold", "offset": "0", "length": 1},
        {"type": "bold"},
        {"type": "text_mention", "offset": 0, "length": 1},
        "bold",
    ]
    words = Words("👍ab", (right, *wrong))  # type: ignore[arg-type]
    incoming = replace(letter("anna", "1", ""), content=Content(words=words))
    assert await counter.receive(replace(incoming, quote=Quote(words)))
    rows = await witness.fetch(
        "SELECT words -> 'entities' AS ours, quote -> 'words' -> 'entities' AS quoted FROM message"
    )
    expected = '[{"type": "bold", "length": 2, "offset": 2}]'
    assert [(row["ours"], row["quoted"]) for row in rows] == [(expected, expected)]


LINK = {"type": "text_link", "offset": 0, "length": 2}
CODE = {"type": "pre", "offset": 0, "length": 2}


@pytest.mark.parametrize(
    "url",
    [
        *(
            None,
            7,
            "",
            "javascript:alert(1)",
            "mailto:anna@shop.example",
            "https://shop.example/a b",
        ),
        *(
            "https://localhost/x",
            "https://[bad/x",
            "https://\u2100.example/x",
            "https://a@b.example",
        ),
        *(
            "https://shop.example:0",
            "https://shop.example:70000",
            "https://shop.example/" + "x" * 2048,
        ),
        *("tg://user name", "ton://x"),
    ],
)
async def test_a_link_that_telegram_would_not_take_is_left_out(
    counter: Counter, url: object
) -> None:
    assert await formats_of(counter, LINK | {"url": url}, LINK) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mailto:anna@shop.ua", "👍Anna (anna@shop.ua), ask her"),
        ("MAILTO:anna%2Bnew@shop.ua?subject=Hi", "👍Anna (anna+new@shop.ua), ask her"),
        ("tel:+380671234567", "👍Anna (+380671234567), ask her"),
        ("ton://x/y?z=1", "👍Anna (ton://x/y?z=1), ask her"),
        ("https://localhost/x", "👍Anna (https://localhost/x), ask her"),
        ("javascript:alert(1)\n//x", "👍Anna (javascript:alert(1) //x), ask her"),
        ("mailto:anna", "👍Anna, ask her"),
        ("", "👍Anna, ask her"),
        ("https://shop.ua/anna", "👍Anna, ask her"),
    ],
)
async def test_the_address_behind_a_link_that_is_none_to_telegram_stands_beside_it(
    counter: Counter, url: str, said: str
) -> None:
    link = {"type": "text_link", "offset": 2, "length": 4, "url": url}
    bold = {"type": "bold", "offset": 0, "length": 14}
    other = {"type": "italic", "offset": 8, "length": 3}
    words = Words("👍Anna, ask her", (link, bold, other))
    assert await counter.receive(replace(letter("anna", "1", ""), content=Content(words=words)))
    kept = outgoing.content_of(await Message.get(id=1)).words
    assert kept.text == said
    marked = {
        each["type"]: markup.characters(said, [each["offset"], each["offset"] + each["length"]])
        for each in kept.entities
    }
    cut = {kind: said[min(at.values()) : max(at.values())] for kind, at in marked.items()}
    assert cut["bold"] == said[: len(said) - 1]
    assert cut["italic"] == "ask"
    assert ("text_link" in cut) is url.startswith("https://shop")


async def test_ten_thousand_such_links_are_read_at_once(counter: Counter) -> None:
    links = [LINK | {"offset": 2 * n, "url": f"mailto:anna{n}@shop.ua"} for n in range(10_000)]
    words = Words("ab" * 10_000, tuple(links))
    assert await counter.receive(replace(letter("anna", "1", ""), content=Content(words=words)))
    kept = outgoing.content_of(await Message.get(id=1)).words.text
    assert kept.startswith("ab (anna0@shop.ua)ab (anna1@shop.ua)ab")
    assert len(kept) < 50_000
    assert kept.replace("ab", "").endswith(")"), "what is told of some is told whole"


async def test_of_a_format_that_is_kept_what_telegram_reads(counter: Counter) -> None:
    right = [LINK | {"url": url} for url in ("https://shop.example:8443/x?y#z", "tg://user?id=7")]
    code = [CODE | {"language": "python"}, CODE | {"language": 7}, CODE | {"language": "x" * 65}]
    bold = {"type": "bold", "offset": 0, "length": 2}
    found = await formats_of(counter, *right, *code, bold | {"user": "x", "url": 5})
    assert found == [*right, code[0], CODE, CODE, bold]


async def formats_of(counter: Counter, *entities: dict[str, object]) -> list[dict[str, object]]:
    """What is kept of these, when Anna writes so."""
    incoming = replace(letter("anna", "1", ""), content=Content(words=Words("ab", entities)))
    assert await counter.receive(incoming)
    return list(outgoing.content_of(await Message.get(id=1)).words.entities)


async def test_of_too_long_a_message_the_end_is_said_to_be_missing(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    assert await counter.receive(letter("anna", "1", "a" * (LONGEST + 7)))
    assert [len(text) for text in await said(witness)] == [LONGEST]
    (told,) = await witness.fetch(TOLD)
    assert "too long" in told["sentence"]
    assert told["message"] == "1"
    values = await witness.fetchval("SELECT payload -> 'values' FROM delivery WHERE kind = 'tell'")
    assert values == '{"count": "7"}'


async def test_of_too_long_an_edit_as_well(counter: Counter, witness: asyncpg.Connection) -> None:
    await counter.receive(letter("anna", "1", "a"))
    for _twice in range(2):
        await counter.edited(letter("anna", "1", "b" * (LONGEST + 1)))
    (told,) = await witness.fetch(TOLD)
    assert "{count} character at its end" in told["sentence"]
    assert told["message"] == "1"


async def test_an_edit_may_take_the_words_only_from_what_has_files(counter: Counter) -> None:
    linked = Attachment("document", "a.pdf", sources=Sources(link="https://shop.example/a.pdf"))
    content = Content("document", Words("The bill"), (linked,))
    await counter.receive(replace(letter("anna", "1", ""), content=content))
    await counter.receive(letter("anna", "2", "The bill"))
    assert await counter.edited(letter("anna", "1", ""))
    kept = outgoing.content_of(await Message.get(id=1))
    assert (kept.kind, kept.words, len(kept.attachments)) == ("document", Words(), 1)
    for number in ("2", "3"):
        with pytest.raises(Malformed):
            await counter.edited(letter("anna", number, ""))


MANY = (Attachment("photo"),) * 11
LONG_ID = "i" * LONGEST_ID


@pytest.mark.parametrize(
    "incoming",
    [
        letter("anna", "", "x"),
        letter("anna", LONG_ID + "i", "x"),
        letter("anna", "1\0", "x"),
        letter("anna", "\ud800", "x"),
        letter("", "1", "x"),
        letter("a" * 256, "1", "x"),
        letter("anna", "1", " \u200b\u2800\n"),
        letter("anna", "1", "x", reply_to="\0"),
        replace(letter("anna", "1", "x"), address=ChannelAddress("telegram", "1")),
        replace(letter("anna", "1", "x"), content=Content("photo", album="a" * 65)),
        replace(letter("anna", "1", "x"), content=Content("photo", attachments=MANY)),
    ],
)
async def test_what_nothing_can_be_made_of_is_refused(
    counter: Counter, witness: asyncpg.Connection, incoming: Incoming
) -> None:
    with pytest.raises(Malformed):
        await counter.receive(incoming)
    assert await witness.fetchval("SELECT count(*) FROM customer") == 0


async def test_the_longest_id_that_mail_allows_is_taken(counter: Counter) -> None:
    assert await counter.receive(letter("anna", LONG_ID, "x"))
    assert await counter.receive(letter("anna", LONG_ID, "x")) is False


async def test_an_edit_is_followed_and_one_of_what_never_came_is_taken(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    assert await counter.receive(letter("anna", "1", "befor"))
    assert await counter.edited(letter("anna", "1", "be\0fore"))
    assert await counter.edited(letter("anna", "1", "be\0fore")) is False
    assert await counter.edited(letter("anna", "2", "after"))
    assert await said(witness) == ["be\ufffdfore", "after"]


async def test_an_edit_beside_its_message_is_not_taken_twice(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    both = [
        apart(counter.receive(letter("anna", "1", "befor"))),
        apart(counter.edited(letter("anna", "1", "before"))),
    ]
    await asyncio.gather(*both)
    assert await said(witness) == ["before"]


async def test_a_deletion_is_told_once_and_the_words_are_kept(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    with pytest.raises(NotKnown):  # it has overtaken what it is about
        await counter.deleted("anna", "1")
    await counter.receive(letter("anna", "1", "My card is 4111"))
    both = [apart(counter.deleted("anna", "1")) for _one in range(2)]
    assert sorted(await asyncio.gather(*both)) == [False, True]
    assert await counter.deleted("anna", "1") is False
    (told,) = await witness.fetch(TOLD)
    assert "has deleted this message" in told["sentence"]
    assert told["message"] == "1"
    assert await said(witness) == ["My card is 4111"]


async def test_what_we_have_said_is_not_theirs_to_delete(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    await counter.receive(letter("anna", "1", "Hello"))
    answer = await answers(1, "Hello, Anna")
    stands = "INSERT INTO trace (message_id, address_id, external_id) VALUES ($1, 1, 'ours')"
    await witness.execute(stands, answer.id)
    assert await counter.deleted("anna", "ours") is False
    assert await witness.fetch(TOLD) == []


async def test_reactions_blocks_and_returns_reach_the_topic(
    counter: Counter, witness: asyncpg.Connection
) -> None:
    await counter.receive(letter("anna", "1", "Hello"))
    assert await counter.reacted("anna", "1", "👍\0" * 20)
    assert await witness.fetchval("SELECT reaction FROM message") == "👍" * 16
    with pytest.raises(NotKnown):
        await counter.reacted("anna", "2", "👍")
    await counter.blocked("anna")
    await counter.blocked("anna")
    await counter.returned("anna")
    told = [row["sentence"] for row in await witness.fetch(TOLD)]
    assert ["has blocked" in one for one in told] == [True, False]
    for wrong in (counter.blocked(""), counter.deleted("anna", "\0"), counter.reacted("", "1", "")):
        with pytest.raises(Malformed):
            await wrong


async def test_one_address_brings_no_more_than_a_person_can_say(
    counter: Counter, redis: Redis, witness: asyncpg.Connection
) -> None:
    strict = limited(redis, per_minute=1)
    assert await strict.receive(letter("anna", "1", "one"))
    assert await strict.edited(letter("anna", "1", "uno"))
    for call in (strict.receive, strict.edited):
        with pytest.raises(TooFast) as refusal:
            await call(letter("anna", "2", "two"))
        assert 50 < refusal.value.after <= 60
    assert await strict.receive(letter("oleh", "1", "three"))
    assert await said(witness) == ["uno", "three"]


async def test_while_redis_is_away_nobody_waits(counter: Counter) -> None:
    away = limited(Redis.from_url("redis://127.0.0.1:1"), per_minute=1)
    for number in "123":
        assert await away.receive(letter("anna", number, "Hello"))
