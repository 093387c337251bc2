"""Macros, found: by name and words, and offered in the line."""

from typing import Any

import orjson

from bot.desk.said import Content
from bot.desk.said.prepared import Key
from bot.desk.talk import (
    macros,
    using,
    wordings,
)
from bot.desk.words import Words
from models import (
    Macro,
    Standing,
)
from tests.desk.macros.shelf import (
    PHOTO,
    edits,
    olena,
    says,
    sets,
    writes,
)
from tests.desk.talk import ranks


async def test_they_are_found_by_name_and_by_words(db: str) -> None:
    olena_ = await olena()
    await writes(olena_, "later", "Your  Refund\nis late")
    await writes(olena_, "refund", "Money back")
    await writes(olena_, "no-refund", "Sorry")
    await writes(olena_, "own", "No refund, my friend", mine=True)
    known = await macros.of(olena_)
    found = [one.name for one in macros.found(known, "Refund", "en")]
    assert found == ["own", "refund", "no-refund", "later"]
    assert [one.name for one in macros.found(known, "refund is", "en")] == ["later"]
    assert macros.found(known, "zebra", "en") == []


async def test_the_customer_s_language_is_looked_through_first(db: str) -> None:
    olena_ = await olena()
    await writes(olena_, "a", "delivery", language="en")
    await writes(olena_, "b", "delivery", language="uk")
    known = await macros.of(olena_)
    assert [one.name for one in macros.found(known, "delivery", "uk", "en")] == ["b", "a"]


async def test_offers_in_the_line_say_what_the_customer_gets_or_are_commands(db: str) -> None:
    olena_ = await olena()
    await writes(olena_, "plain", "Good day! {operator.name}")
    await writes(olena_, "named", "Hello {customer.name|friend}! {operator.name}")
    await writes(olena_, "pressed", "All right?\n[Yes]")
    await writes(olena_, "shown", Content("photo", Words("Here"), (PHOTO,)))
    await writes(olena_, "done", "Done")
    await sets("done", "status=closed")
    await writes(olena_, "both", "Good day")
    await edits(olena_, says("both", "Добрий день", "uk"))
    offers = {one.macro.name: one for one in await using.offers(7, "")}
    said = {name: one.said and one.said.text for name, one in offers.items()}
    none = dict.fromkeys(("named", "pressed", "shown", "done", "both"))
    assert said == {"plain": "Good day! Olena", **none}
    assert offers["named"].preview.words.text == "Hello {customer.name|friend}! Olena"


async def test_strangers_are_offered_nothing(db: str) -> None:
    await writes(await olena(), "hi")
    assert await using.offers(12345, "") == []
    await ranks(Standing.GONE, user_id=8, name="Taras")
    assert await using.offers(8, "") == []
    assert len(await using.offers(7, "")) == 1


async def test_what_was_chosen_in_the_line_is_known_by_its_words(db: str) -> None:
    olena_ = await olena()
    macro = await writes(olena_, "hi", "Good day!")
    found = await using.offered(olena_, Words("Good day!"), "en")
    assert found
    assert found.id == macro.id
    assert await using.offered(olena_, Words("Good night!"), "en") is None


async def test_a_row_of_it_is_read_as_it_was_written(db: str) -> None:
    macro = await writes(await olena(), "x", "Hi\n[Yes]\n[Go | https://a.b/c]")
    (found,) = wordings.of(await Macro.get(id=macro.id)).values()
    assert found.keys == (Key("Yes"), Key("Go", "https://a.b/c"))
    stored: dict[str, Any] = orjson.loads(orjson.dumps(macro.wordings))
    assert stored["en"]["words"] == {"text": "Hi", "entities": []}
