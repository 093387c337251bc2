"""Macros, said to a customer: whose words, in which language, with what filled in."""

import asyncpg
import pytest

from bot.desk.errors import (
    MissingValue,
)
from models import (
    Customer,
    Direction,
    Event,
    FieldKind,
    FieldOf,
    Macro,
    Message,
    Ticket,
)
from tests.desk.macros.shelf import (
    KINDS,
    LEAVES,
    edits,
    field,
    olena,
    says,
    sends,
    taras,
    text,
    writes,
)
from tests.desk.talk import anna


async def test_it_is_said_as_its_user_s_words_and_shown_in_the_topic(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is my money?")
    macro = await writes(await olena(), "refund", "Hello {customer.name|friend}, #{ticket.number}!")
    said = await sends(await taras(), macro)
    assert (said.direction, text(said)) == (Direction.OUT, "Hello Anna, #1!")
    assert said.operator_id == (await taras()).operator_id
    assert await witness.fetchval(LEAVES) == 1
    kinds = [row["kind"] for row in await witness.fetch(KINDS)]
    assert kinds.count("echo") == 1
    macro = await Macro.get(id=macro.id)
    assert (macro.used, macro.used_at is None) == (1, False)
    event = await Event.get(name="macro")
    assert event.details == {"macro": macro.id, "message": said.id}


async def test_the_customer_s_language_comes_first(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "hi", "Добрий день!", language="uk")
    assert text(await sends(olena_, macro)) == "Добрий день!"  # whatever there is
    await edits(olena_, says("hi", "Good day!", "en"))
    await edits(olena_, says("hi", "Добрый день!", "ru"))
    assert text(await sends(olena_, macro)) == "Good day!"
    await Customer.all().update(language="ru")
    assert text(await sends(olena_, macro)) == "Добрый день!"


@pytest.mark.parametrize(("name", "named_by"), [("…", None), ("+380671234567", 0)])
async def test_a_customer_without_a_name_is_called_otherwise(
    db: str, name: str, named_by: int | None
) -> None:
    await anna(1, "Hello")
    await Customer.all().update(name=name, named_by_id=named_by)
    olena_ = await olena()
    macro = await writes(olena_, "hi", "Hi {customer.name|friend}!")
    assert text(await sends(olena_, macro)) == "Hi friend!"
    bare = await writes(olena_, "bare", "Hi {customer.name}!")
    with pytest.raises(MissingValue) as refused:
        await sends(olena_, bare)
    assert refused.value.name == "customer.name"
    assert await Message.filter(direction=Direction.OUT).count() == 1


async def test_fields_of_ticket_and_customer_fill_it(db: str) -> None:
    await anna(1, "Hello")
    await field(FieldOf.TICKET, "Order")
    await field(FieldOf.CUSTOMER, "since", FieldKind.DATE)
    await Ticket.all().update(custom={"Order": "A-7"})
    await Customer.all().update(custom={"since": "2026-11-28"}, language="uk")
    olena_ = await olena()
    words = "{ticket.field.order} {Customer.Field.Since} {operator.name}"
    macro = await writes(olena_, "facts", words, language="uk")
    assert text(await sends(olena_, macro)) == "A-7/uk 2026-11-28/uk Olena"
