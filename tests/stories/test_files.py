"""Files of a site's customers and of those who answer them: by links, whatever becomes of these."""

import hashlib
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from sandbox.files import File
from tests.bridges.webhook.shelf import Shelf, shelf
from tests.bridges.webhook.site import SECRET, message, site
from tests.files.test_store import PICTURE
from tests.stories.chat import Seen, Topic, eventually
from tests.stories.conftest import Stage
from tests.stories.test_departments import connected
from tests.stories.test_webhook import Shop

LARGE = (b"0123456789abcdef" * 65536) * 30  # 30 MB
PDF = b"%PDF-1.7\n" + bytes(2000)


@pytest.fixture
async def there() -> AsyncIterator[Shelf]:
    async with shelf() as there:
        yield there


@pytest.fixture
async def shop(stage: Stage, there: Shelf) -> AsyncIterator[Shop]:
    """A site whose files are on this machine; the desk can be reached from elsewhere."""
    async with site() as far:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        own = {"files_from": [there.host]}
        chat = {"secrets": [SECRET], "url": far.url, "can": ["edit"], **own}
        hooks = SecretStr(json.dumps({"shop": chat}))
        url = f"http://127.0.0.1:{port}"
        await stage.opens(webhooks=hooks, port=port, public_url=url)
        yield Shop(stage, far)
        await stage.closes()


def size(directory: Path) -> int:
    """How many bytes stand in it."""
    return sum(each.stat().st_size for each in directory.iterdir())


def sent(shop: Shop, post: Seen, kind: str) -> bytes:
    """The bytes of a post's file."""
    about = post[kind][-1] if kind == "photo" else post[kind]
    file = shop.desk.world.files.find(about["file_id"])
    assert isinstance(file, File)
    return shop.desk.world.files.bytes_of(file)


async def asks(shop: Shop, text: str, *links: str, number: str = "1", **how: Any) -> Topic:
    """Anna writes with files; gives her topic."""
    files = [{"url": link} for link in links]
    await shop.brings(message(number, text, attachments=files, **how))
    return await shop.desk.topic("#1 Anna")


async def test_a_file_of_30_mb_comes_from_the_site_into_the_topic(
    shop: Shop, there: Shelf, tmp_path: Path
) -> None:
    """It is never held as a whole: what has come stands in the store before the rest is sent."""
    there.files["/film.bin"] = LARGE
    there.more.clear()
    topic = await asks(shop, "The film", f"{there.url}/film.bin")
    await eventually(lambda: size(tmp_path / "files") > len(LARGE) // 3, lambda: "it is held")
    there.more.set()
    post = await topic.shows_kind("document")
    assert post["document"]["file_name"] == "film.bin"
    found = hashlib.sha256(sent(shop, post, "document"))
    assert found.digest() == hashlib.sha256(LARGE).digest()
    assert there.asked == ["/film.bin"]


async def test_what_is_fetched_at_once_stands_with_its_words(
    shop: Shop, there: Shelf, witness: asyncpg.Connection
) -> None:
    there.files |= {"/a.png": PICTURE, "/b.png": PICTURE + b"b"}
    topic = await asks(shop, "Two pictures", f"{there.url}/a.png", f"{there.url}/b.png")
    await topic.shows_kind("photo", times=2)
    await shop.desk.settles(witness)
    one, other = [post for post in topic.messages() if "photo" in post]
    assert one["caption"] == "Two pictures"
    assert one["media_group_id"] == other["media_group_id"]
    assert [sent(shop, post, "photo") for post in (one, other)] == [PICTURE, PICTURE + b"b"]
    topic.lacks("follow below")


@pytest.mark.parametrize("link", ["https://[bad/x", "https://\u2100.example/x"])
async def test_a_link_that_is_no_address_is_told_below_its_words(shop: Shop, link: str) -> None:
    topic = await asks(shop, "The bill", link)
    await topic.shows("The bill")
    await topic.shows(f"I may not fetch files from this address: {link}")


async def test_the_words_of_a_file_are_taken_away(shop: Shop, there: Shelf) -> None:
    there.files["/bill.pdf"] = PDF
    topic = await asks(shop, "Oops", f"{there.url}/bill.pdf")
    await topic.shows_kind("document")
    await shop.brings(message("1", "") | {"type": "edited"})
    edited = await topic.shows("Edited:")
    assert ["Oops" in edited["text"], "bill.pdf" in edited["text"]] == [False, True]


async def test_what_takes_long_comes_below_its_words(shop: Shop, there: Shelf) -> None:
    there.files |= {"/bill.pdf": PDF, "/a.png": PICTURE}
    there.opened.clear()
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf", f"{there.url}/a.png")
    words = await topic.shows("The files follow below")
    assert ["bill.pdf" in words["text"], "The bill" in words["text"]] == [True, True]
    await shop.brings(message("2", "Did you get it?"))
    await topic.shows("Did you get it?")
    there.opened.set()
    bill, picture = await topic.shows_kind("document"), await topic.shows_kind("photo")
    assert "caption" not in bill
    for post in (bill, picture):
        assert post["reply_to_message"]["message_id"] == words["message_id"]
    await shop.desk.noted()
    assert len([post for post in topic.messages() if "document" in post]) == 1


async def test_what_is_there_before_the_others_comes_below_its_words_as_well(
    shop: Shop, there: Shelf
) -> None:
    there.files |= {"/bill.pdf": PDF, "/a.png": PICTURE}
    there.opened.clear()
    there.ready.add("/bill.pdf")
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf", f"{there.url}/a.png")
    await topic.shows("The files follow below")
    await topic.shows_kind("document")
    there.opened.set()
    await topic.shows_kind("photo")
    await shop.desk.noted()
    assert len([post for post in topic.messages() if "document" in post]) == 1


async def test_what_cannot_be_had_is_told_with_its_link_and_can_be_tried_again(
    shop: Shop, there: Shelf
) -> None:
    link = f"{there.url}/bill.pdf"
    topic = await asks(shop, "The bill", link)
    told = await topic.shows("could not be fetched (HTTP 404)")
    assert link in told["text"]
    there.files["/bill.pdf"] = PDF
    await shop.desk.olena.presses(told, "🔁 Send again")
    await topic.shows_kind("document")
    await topic.shows("Fetched at")


async def test_what_cannot_be_had_is_tried_again_where_its_request_is_now(
    shop: Shop, there: Shelf
) -> None:
    """Its words are only recalled there: it answers none."""
    sales = await connected(shop.desk)
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf")
    await topic.shows("could not be fetched (HTTP 404)")
    shop.desk.olena.writes(topic, "/move Shop")
    now = await sales.topic("#1")
    told = await now.shows("could not be fetched (HTTP 404)")
    there.files["/bill.pdf"] = PDF
    await sales.ivan.presses(told, "🔁 Send again")
    await now.shows_kind("document")
    await now.shows("Fetched at")


async def test_what_cannot_be_had_keeps_no_other_file_from_its_words(
    shop: Shop, there: Shelf
) -> None:
    """Nobody is told for ever that it comes, wherever the words are posted anew."""
    there.files["/a.png"] = PICTURE
    topic = await asks(shop, "Both", f"{there.url}/a.png", f"{there.url}/bill.pdf")
    await topic.shows("could not be fetched (HTTP 404)")
    await topic.shows_kind("photo")
    shop.desk.olena.person.deletes_topic(shop.desk.olena.chat, topic.thread)
    both = message(
        "1",
        "Both of them",
        attachments=[{"url": f"{there.url}/{name}"} for name in ("a.png", "bill.pdf")],
    )
    await shop.brings({**both, "type": "edited"})
    anew = await shop.desk.topic("#1 Anna")
    photo = await anew.shows_kind("photo")
    assert photo["caption"] == "Both of them"
    named = await anew.shows("This file could not be fetched: ")
    assert f"{there.url}/bill.pdf" in named["text"]
    anew.lacks("follow below")


async def test_what_is_fetched_once_its_topic_has_vanished_is_shown_in_another(
    shop: Shop, there: Shelf
) -> None:
    """Nothing else brings that topic its card, nor what was said."""
    there.files["/bill.pdf"] = PDF
    there.opened.clear()
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf")
    await topic.shows("The file follows below")
    shop.desk.olena.person.deletes_topic(shop.desk.olena.chat, topic.thread)
    there.opened.set()
    anew = await shop.desk.topic("#1 Anna")
    recalled, post = await anew.shows("The bill"), await anew.shows_kind("document")
    assert anew.card["message_id"] < recalled["message_id"] < post["message_id"]


async def test_of_a_site_that_was_removed_meanwhile_that_is_told(shop: Shop, there: Shelf) -> None:
    there.files["/bill.pdf"] = PDF
    there.opened.clear()
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf")
    await topic.shows("The file follows below")
    await shop.desk.closes()
    other = SecretStr(json.dumps({"other": {"secrets": [SECRET]}}))
    await shop.desk.opens(webhooks=other)
    told = await topic.shows("this file was not fetched")
    assert "set up no more" in told["text"]
    assert f"{there.url}/bill.pdf" in told["text"]
    shop.desk.olena.writes(topic, "I have it")
    await topic.shows("This did not reach the customer")


async def test_a_link_to_where_nobody_may_call_is_told(shop: Shop) -> None:
    topic = await asks(shop, "Look", "https://169.254.169.254/latest/meta-data")
    told = await topic.shows("I may not fetch files from this address")
    assert "reply_markup" not in told


async def test_edited_words_leave_their_files(shop: Shop, there: Shelf) -> None:
    there.files["/bill.pdf"] = PDF
    topic = await asks(shop, "The bil", f"{there.url}/bill.pdf")
    await topic.shows_kind("document")
    await shop.brings({**message("1", "The bill"), "type": "edited"})
    edited = await topic.shows("Edited")
    assert ["The bill" in edited["text"], "bill.pdf" in edited["text"]] == [True, True]
    assert len([post for post in topic.messages() if "document" in post]) == 1


async def test_an_edit_of_several_files_names_all_that_there_are_now(
    shop: Shop, there: Shelf
) -> None:
    there.files |= {"/bill.pdf": PDF, "/a.png": PICTURE}
    links = [f"{there.url}/bill.pdf", f"{there.url}/a.png"]
    topic = await asks(shop, "Bth", *links)
    await topic.shows_kind("photo")
    both = message("1", "Both", attachments=[{"url": link} for link in links])
    await shop.brings({**both, "type": "edited"})
    edited = (await topic.shows("Both"))["text"]
    assert ["bill.pdf" in edited, "a.png" in edited] == [True, True]
    one = message("1", "The bill alone", attachments=[{"url": links[0]}])
    await shop.brings({**one, "type": "edited"})
    edited = (await topic.shows("The bill alone"))["text"]
    assert ["bill.pdf" in edited, "a.png" in edited] == [True, False]


async def test_an_operators_file_goes_to_the_site_as_a_link(shop: Shop) -> None:
    topic = await shop.asks()
    shop.desk.olena.sends(topic, "document", data=PDF, filename="Рахунок.pdf", caption="Here")
    await shop.shows("Here")
    data = next(each for each in shop.there.shown.values() if each["text"] == "Here")
    (file,) = data["attachments"]
    assert (file["name"], file["kind"], file["size"]) == ("Рахунок.pdf", "document", len(PDF))
    async with ClientSession() as http, http.get(file["url"]) as answer:
        assert (answer.status, await answer.read()) == (200, PDF)
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(shop.desk.sandbox.calls.of("getFile")) == 1


async def test_a_file_that_telegram_does_not_let_us_fetch_is_told(shop: Shop) -> None:
    topic = await shop.asks()
    shop.desk.olena.sends(topic, "document", data=bytes(21 << 20), filename="film.mp4")
    await topic.shows("one file is too large: film.mp4, 22 MB.")
    assert not [each for each in shop.there.shown.values() if each.get("attachments")]


async def test_where_no_link_can_be_given_it_is_told(shop: Shop) -> None:
    topic = await shop.asks()
    await shop.desk.closes()
    await shop.desk.opens(public_url=None)
    shop.desk.olena.sends(topic, "document", data=PDF, filename="bill.pdf")
    told = await topic.shows("neither PUBLIC_URL nor LINKS_URL is set")
    assert told["reply_markup"]


async def test_what_was_begun_when_the_desk_was_stopped_is_fetched_then(
    shop: Shop, there: Shelf
) -> None:
    there.files["/bill.pdf"] = PDF
    there.opened.clear()
    topic = await asks(shop, "The bill", f"{there.url}/bill.pdf")
    await topic.shows("The file follows below")
    await eventually(lambda: there.asked, lambda: "nobody asks for it")
    await shop.desk.closes()
    there.opened.set()
    await shop.desk.opens()
    assert sent(shop, await topic.shows_kind("document"), "document") == PDF
