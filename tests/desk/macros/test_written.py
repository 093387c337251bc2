"""Macros, written: what may be, by whom, and by two at once."""

import asyncpg
import pytest

from bot import macros as shown
from bot.desk import outbox
from bot.desk.errors import (
    BadButton,
    BadMacroName,
    DeskError,
    EmptyMacro,
    KeysBelowAlbum,
    LeadsOnly,
    MacroNameTaken,
    NoMacro,
    NotForCustomers,
    NotKept,
    Observing,
    OldEdition,
    SetByAnother,
    TooLong,
    TooManyButtons,
    TooManyMacros,
    UnknownVariable,
)
from bot.desk.said import Content
from bot.desk.said.extras import Dice
from bot.desk.talk import authoring, macros, wordings
from bot.desk.talk import keys as buttons
from bot.desk.words import Words
from models import (
    Event,
    Macro,
    Standing,
)
from models.database import connected
from tests.desk.macros.shelf import (
    AWAY,
    LATER,
    PHOTO,
    edits,
    observer,
    olena,
    says,
    sets,
    taras,
    writes,
)
from tests.desk.talk import NOW, apart, held_open, ranks, stands


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("Hi {customer.nam}", "{customer.nam}"),
        ("Hi {ticket.field.order}", "{ticket.field.order}"),
        ("Hi {{customer.name}}", "{"),
        ("Hi {customer.name", "{customer.name"),
        ("{}", "{}"),
    ],
)
async def test_an_unknown_variable_is_named_when_it_is_written(
    db: str, wrong: str, named: str
) -> None:
    with pytest.raises(UnknownVariable) as refused:
        await writes(await olena(), "hi", wrong)
    assert refused.value.name == named
    assert "{customer.name}" in refused.value.choices
    assert not await Macro.exists()


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (Content(), EmptyMacro),
        (Content(words=Words("[Yes]")), EmptyMacro),
        (Content(words=Words("x" * 4097)), TooLong),
        (Content("dice", extra=Dice("🎲", 1)), NotKept),
        (Content(words=Words("Hi"), unread=("gift",)), NotKept),
        (Content("photo", attachments=(AWAY,)), NotKept),
        (Content("photo", Words("Hi\n[Yes]"), (PHOTO, PHOTO)), KeysBelowAlbum),
        (Content(words=Words("// look at him")), NotForCustomers),
        (Content(words=Words("/close it")), NotForCustomers),
        (Content(words=Words(".// hm")), NotForCustomers),
        (Content(words=Words("Hi\n[Go | http://a.b]")), BadButton),
        (Content(words=Words("Hi\n[ | https://a.b]")), BadButton),
        (Content(words=Words("Hi\n[{customer.name}]")), BadButton),
        (Content(words=Words("Hi [Go | https://a.b]")), BadButton),
        (Content(words=Words("Hi [Yes] [Go | https://a.b]\n[No]")), BadButton),
        (Content(words=Words("Hi" + "\n[Yes]" * 9)), TooManyButtons),
        (Content(words=Words(f"Hi\n[{'y' * 41}]")), BadButton),
    ],
)
async def test_what_no_customer_could_get_is_not_written(
    db: str, what: Content, refusal: type[DeskError]
) -> None:
    with pytest.raises(refusal):
        await writes(await olena(), "hi", what)
    assert not await Macro.exists()


@pytest.mark.parametrize(
    "said",
    [
        "Hi\n[Yes]\n[No]\n[Go | https://a.b]",
        "Hi\n[Yes] [No][Go | https://a.b] \n",
        "Hi\n\n[Yes] [No]\n [Go|https://a.b]",
    ],
)
def test_buttons_stand_below_in_as_many_lines_as_their_author_likes(said: str) -> None:
    words, keys = buttons.parted(Words(said))
    assert words.text == "Hi"
    assert [(one.label, one.url) for one in keys] == [
        ("Yes", ""),
        ("No", ""),
        ("Go", "https://a.b"),
    ]


@pytest.mark.parametrize("said", ["See [1]", "See [1] [2]", "[sic] she said", "[Yes]\n\nHi"])
def test_brackets_among_words_are_no_buttons(said: str) -> None:
    assert buttons.parted(Words(said)) == (Words(said), ())


async def test_a_variable_is_shown_as_code_which_is_no_address(db: str) -> None:
    macro = await writes(await olena(), "hi", "Hi {customer.name|friend}, #{ticket.number}")
    for words in (shown.line(macro, "en"), shown.written(macro, "en")):
        at = [words.text.index("{c"), words.text.index("{t")]
        marked = [one["offset"] for one in words.entities if one["type"] == "code"]
        assert marked[:2] == at
    assert shown.facts(macro) == "Nobody has used it yet."


@pytest.mark.parametrize("name", ["new", "Edit", "", "a b", "-x", "x" * 33, "a/b"])
async def test_a_name_is_one_word(db: str, name: str) -> None:
    with pytest.raises(BadMacroName):
        await writes(await olena(), name)


async def test_a_name_is_one_macro_s(db: str) -> None:
    olena_, taras_ = await olena(), await taras()
    await writes(olena_, "Refund")
    with pytest.raises(MacroNameTaken):
        await writes(olena_, "refund")
    mine = await writes(taras_, "refund", "My own words", mine=True)
    with pytest.raises(MacroNameTaken):
        await writes(taras_, "REFUND", mine=True)
    assert macros.named(await macros.of(taras_), "refund") == mine
    named = macros.named(await macros.of(olena_), "refund")
    assert named
    assert named.owner_id is None


async def test_only_leads_write_for_all_and_nobody_changes_another_s(db: str) -> None:
    olena_, taras_ = await olena(), await taras()
    with pytest.raises(LeadsOnly):
        await writes(taras_, "refund")
    with pytest.raises(Observing):
        await writes(await observer(), "hi", mine=True)
    await writes(taras_, "hi", mine=True)
    await writes(olena_, "refund")
    async with outbox.transaction():
        with pytest.raises(NoMacro):
            await authoring.remove("hi", olena_, NOW)
        with pytest.raises(LeadsOnly):
            await authoring.remove("refund", taras_, NOW)
        await authoring.remove("hi", taras_, NOW)
        await authoring.remove("refund", olena_, NOW)
    assert await macros.of(taras_) == []
    await writes(olena_, "refund")  # its name is free


async def test_there_are_only_so_many(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authoring, "MANY", 1)
    olena_ = await olena()
    await writes(olena_, "one")
    with pytest.raises(TooManyMacros):
        await writes(olena_, "two")
    await writes(olena_, "two", mine=True)


async def test_of_two_who_change_it_at_once_the_second_is_told(db: str) -> None:
    olena_ = await olena()
    lena = await ranks(Standing.ADMIN, user_id=11, name="Lena")
    macro = await writes(olena_, "hi", "One")
    await edits(olena_, says("hi", "Two"))  # her own: she knows it
    with pytest.raises(SetByAnother) as refused:
        await edits(lena, says("hi", "Three"))
    assert refused.value.name == "Olena"
    await edits(lena, says("hi", "Три", "uk"))  # another wording is nobody's yet
    with pytest.raises(OldEdition):
        await edits(lena, says("hi", "Three", edition=2))
    changed = await edits(lena, says("hi", "Three", edition=3))
    assert changed.edition == 4
    await edits(olena_, says("hi", "Four"), LATER)  # that was long ago
    said = wordings.of(await Macro.get(id=macro.id))
    assert {language: one.content.words.text for language, one in said.items()} == {
        "en": "Four",
        "uk": "Три",
    }


async def test_of_two_at_the_same_instant_one_is_told(
    database_url: str, witness: asyncpg.Connection
) -> None:
    async with connected(database_url, connections=4):
        olena_ = await olena()
        lena = await ranks(Standing.ADMIN, user_id=11, name="Lena")
        async with held_open(lambda: authoring.create(says("hi", "One"), olena_, NOW)):
            second = apart(writes(lena, "hi", "Two"))
            await stands(second, witness)
        with pytest.raises(MacroNameTaken):
            await second
        edited = says("hi", "Three", edition=1)
        async with held_open(lambda: authoring.edit(edited, olena_, NOW)):
            second = apart(edits(lena, says("hi", "Four", edition=1)))
            await stands(second, witness)
        with pytest.raises(OldEdition):
            await second
        (macro,) = await Macro.all()
        assert (macro.edition, macro.wordings["en"]["words"]["text"]) == (2, "Three")


async def test_its_files_stay_when_its_words_change(db: str) -> None:
    olena_ = await olena()
    macro = await writes(olena_, "map", Content("photo", Words("Here"), (PHOTO,)))
    await edits(olena_, says("map", "We are here"))
    content = wordings.of(await Macro.get(id=macro.id))["en"].content
    assert (content.kind, content.words.text) == ("photo", "We are here")
    assert content.attachments[0].sources.ids == {"1": "file"}


async def test_every_change_is_in_the_trail(db: str) -> None:
    olena_ = await olena()
    macro = await writes(olena_, "hi", "One")
    await edits(olena_, says("hi", "Two"))
    await sets("hi", "status=resolved")
    async with outbox.transaction():
        await authoring.remove("hi", olena_, NOW)
    found = await Event.filter(details__isnull=False, ticket_id=None).order_by("id")
    ours = [each for each in found if each.details == {"macro": macro.id}]
    assert [each.name for each in ours] == [
        *("macro written", "macro changed", "macro changed", "macro removed"),
    ]
    assert ours[1].before["en"]["words"]["text"] == "One"
    assert ours[1].after["en"]["words"]["text"] == "Two"
    assert ours[2].after == {"changes": {"status": "resolved"}}
