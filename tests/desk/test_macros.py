"""Macros: who writes them, what they say in a ticket, what they set, and that nothing leaks."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from bot.desk import outbox, tickets
from bot.desk.errors import (
    BadButton,
    BadChange,
    BadMacroName,
    BadTag,
    DeskError,
    EmptyMacro,
    KeysBelowAlbum,
    LeadsOnly,
    MacroChanged,
    MacroNameTaken,
    MissingValue,
    NoMacro,
    NoSuchMacro,
    NotForCustomers,
    NotKept,
    Observing,
    OldEdition,
    OthersTicket,
    SentAlready,
    SetByAnother,
    TooLong,
    TooManyMacros,
    UnknownVariable,
)
from bot.desk.people.fields import Filled
from bot.desk.said import Content
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.said.extras import Dice
from bot.desk.said.prepared import Changes, Key
from bot.desk.talk import (
    authoring,
    collisions,
    decisions,
    macros,
    outgoing,
    setting,
    using,
    wordings,
)
from bot.desk.talk.authoring import Draft
from bot.desk.talk.decisions import Press
from bot.desk.talk.replies import Spoken
from bot.desk.talk.using import Chosen, Voice
from bot.desk.tickets import events, members
from bot.desk.words import Words
from models import (
    Customer,
    CustomField,
    Direction,
    Event,
    FieldKind,
    FieldOf,
    Group,
    Macro,
    Membership,
    Message,
    Priority,
    Role,
    Standing,
    Status,
    Ticket,
)
from models.database import connected
from models.rows import add
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, apart, held_open, ranks, stands

LEAVES = "SELECT count(*) FROM delivery WHERE kind = 'message'"
KINDS = "SELECT kind FROM delivery WHERE gate = 'forum' AND ticket_id = 1 ORDER BY id"
LATER = NOW + timedelta(hours=1)
PHOTO = Attachment("photo", sources=Sources({"1": "file"}))
AWAY = Attachment("photo", sources=Sources(link="https://a.b"))


def show(filled: Filled, language: str) -> str:
    return f"{filled.value}/{language}"


VOICE = Voice("en", show)


async def taras() -> Membership:
    """He answers customers."""
    member = await ranks(user_id=8, name="Taras")
    await Group.filter(id=member.group_id).update(is_bound=True)
    return member


async def olena() -> Membership:
    """She leads the group."""
    member = await ranks(Standing.ADMIN)
    await Group.filter(id=member.group_id).update(is_bound=True)
    return member


async def observer() -> Membership:
    member = await ranks(user_id=9, name="Oksana")
    async with outbox.transaction():
        await members.give_role(member.group_id, 9, Role.OBSERVER, SOMEBODY, NOW)
    return await ranks(user_id=9, name="Oksana")


def says(name: str, what: str | Content, language: str = "en", edition: int | None = None) -> Draft:
    content = Content(words=Words(what)) if isinstance(what, str) else what
    return Draft(name, language, content, edition)


async def writes(
    member: Membership,
    name: str,
    what: str | Content = "Your money is on its way.",
    *,
    mine: bool = False,
    language: str = "en",
) -> Macro:
    async with outbox.transaction():
        return await authoring.create(says(name, what, language), member, NOW, mine=mine)


async def edits(member: Membership, draft: Draft, at: datetime = NOW) -> Macro:
    async with outbox.transaction():
        return await authoring.edit(draft, member, at)


async def sets(name: str, said: str) -> Macro:
    async with outbox.transaction():
        return await authoring.sets(name, setting.read(said), await olena(), NOW)


async def sends(
    member: Membership,
    macro: Macro,
    *,
    edition: int | None = None,
    since: datetime | None = None,
    at: datetime = NOW,
) -> Message:
    chosen = Chosen(macro.id, edition, since)
    async with outbox.transaction():
        return await using.send(1, chosen, Spoken(member, Content()), at, VOICE)


async def field(of: FieldOf, key: str, kind: FieldKind = FieldKind.TEXT) -> None:
    await add(CustomField, of=of, key=key, label=key.title(), kind=kind, created_at=NOW)


def text(message: Message) -> str:
    return str(message.words["text"])


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
        (Content(words=Words("Hi" + "\n[Yes]" * 9)), BadButton),
        (Content(words=Words(f"Hi\n[{'y' * 41}]")), BadButton),
    ],
)
async def test_what_no_customer_could_get_is_not_written(
    db: str, what: Content, refusal: type[DeskError]
) -> None:
    with pytest.raises(refusal):
        await writes(await olena(), "hi", what)
    assert not await Macro.exists()


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


async def test_buttons_and_changes_come_with_the_words(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Where is my money?")
    macro = await writes(
        await olena(), "done", "Is it there?\n[Yes, thanks]\n[Track | https://shop.example/t]"
    )
    await sets("done", "status=resolved tag=refund,vip priority=high owner=me")
    taras_ = await taras()
    said = await sends(taras_, macro)
    assert text(said) == "Is it there?"
    ticket = await Ticket.get(id=1)
    assert (ticket.status, ticket.priority) == (Status.RESOLVED, Priority.HIGH)
    assert (ticket.tags, ticket.assignee_id) == (["refund", "vip"], taras_.operator_id)
    leaving = await outgoing.of([said.id], ANNA)
    assert leaving
    assert leaving.content == Content(words=Words("Is it there?"))
    assert leaving.buttons == [
        [("Yes, thanks", f"answer:{said.id}:0")],
        [("Track", "https://shop.example/t")],
    ]


async def test_what_it_sets_has_to_be_allowed(db: str) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    macro = await writes(olena_, "own")
    await sets("own", "owner=me")
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=olena_.operator_id)
    with pytest.raises(OthersTicket):
        await sends(taras_, macro, at=LATER)
    assert not await Message.filter(direction=Direction.OUT).exists()
    assert (await Macro.get(id=macro.id)).used == 0


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("status", BadChange),
        ("status=", BadChange),
        ("status=new", BadChange),
        ("colour=red", BadChange),
        ("priority=9", BadChange),
        ("owner=taras", BadChange),
        ("tag=!", BadTag),
        ("tag=a,,b", BadTag),
    ],
)
def test_what_nobody_can_set_is_refused(said: str, refusal: type[DeskError]) -> None:
    with pytest.raises(refusal):
        setting.read(said)


def test_what_it_sets_is_read() -> None:
    assert setting.read("") == Changes()
    read = setting.read("Status=Resolved tag=#a,b tag=a priority=urgent owner=nobody")
    assert read == Changes("resolved", 4, ("a", "b"), "nobody")


async def test_in_notes_mode_it_is_a_note_and_sets_nothing(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    macro = await writes(await olena(), "done")
    await sets("done", "status=resolved")
    async with outbox.transaction():
        await tickets.set_notes(1, True, SOMEBODY, NOW)
    said = await sends(await taras(), macro)
    assert said.direction is Direction.NOTE
    assert await witness.fetchval(LEAVES) == 0
    assert (await Ticket.get(id=1)).status is Status.NEW


async def test_a_second_answer_is_held_and_sets_when_it_goes(
    db: str, witness: asyncpg.Connection
) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    macro = await writes(olena_, "done")
    await sets("done", "status=resolved tag=x")
    async with outbox.transaction():
        ticket, _address = await tickets.locked(1)
        await events.alter(ticket, "assignee", SOMEBODY, NOW, assignee_id=olena_.operator_id)
    said = await sends(taras_, macro)
    assert (said.direction, said.goes_at) == (Direction.NOTE, NOW + collisions.HELD)
    assert (await Ticket.get(id=1)).status is Status.NEW
    async with outbox.transaction():
        assert await decisions.send(Press(said.id, 1, taras_), NOW)
    ticket = await Ticket.get(id=1)
    assert (ticket.status, ticket.tags) == (Status.RESOLVED, ["x"])


async def test_an_observer_sends_none(db: str) -> None:
    await anna(1, "Hello")
    macro = await writes(await olena(), "hi")
    watcher = await observer()
    with pytest.raises(Observing):
        await sends(watcher, macro)
    assert await Message.all().count() == 1
    assert await using.offers(9, "", "en") == []


async def test_what_is_not_at_hand_is_not_sent(db: str) -> None:
    await anna(1, "Hello")
    olena_, taras_ = await olena(), await taras()
    hers = await writes(olena_, "hers", mine=True)
    elsewhere = await writes(olena_, "sales")
    await Macro.filter(id=elsewhere.id).update(department_id=2)
    gone = await writes(olena_, "gone")
    async with outbox.transaction():
        await authoring.remove("gone", olena_, NOW)
    for macro in (hers, elsewhere, gone):
        with pytest.raises(NoSuchMacro):
            await sends(taras_, macro)


async def test_what_was_seen_is_what_is_sent(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "hi", "One")
    await edits(olena_, says("hi", "Two"))
    with pytest.raises(MacroChanged):
        await sends(olena_, macro, edition=1)
    assert text(await sends(olena_, macro, edition=2)) == "Two"


async def test_who_presses_twice_means_it_once(db: str) -> None:
    await anna(1, "Hello")
    olena_ = await olena()
    macro = await writes(olena_, "hi")
    await sends(olena_, macro, since=NOW - timedelta(seconds=5))
    with pytest.raises(SentAlready):
        await sends(olena_, macro, since=NOW - timedelta(seconds=5))
    await sends(olena_, macro, since=NOW + timedelta(seconds=5), at=LATER)


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
    offers = {one.macro.name: one for one in await using.offers(7, "", "en")}
    said = {name: one.said and one.said.text for name, one in offers.items()}
    none = dict.fromkeys(("named", "pressed", "shown", "done", "both"))
    assert said == {"plain": "Good day! Olena", **none}
    assert offers["named"].preview.words.text == "Hello {customer.name|friend}! Olena"


async def test_strangers_are_offered_nothing(db: str) -> None:
    await writes(await olena(), "hi")
    assert await using.offers(12345, "", "en") == []
    await ranks(Standing.GONE, user_id=8, name="Taras")
    assert await using.offers(8, "", "en") == []
    assert len(await using.offers(7, "", "en")) == 1


async def test_what_was_chosen_in_the_line_is_counted(db: str) -> None:
    olena_ = await olena()
    macro = await writes(olena_, "hi", "Good day!")
    await using.said_itself(olena_, Words("Good day!"), "en")
    await using.said_itself(olena_, Words("Good night!"), "en")
    assert (await Macro.get(id=macro.id)).used == 1


async def test_a_row_of_it_is_read_as_it_was_written(db: str) -> None:
    macro = await writes(await olena(), "x", "Hi\n[Yes]\n[Go | https://a.b/c]")
    (found,) = wordings.of(await Macro.get(id=macro.id)).values()
    assert found.keys == (Key("Yes"), Key("Go", "https://a.b/c"))
    stored: dict[str, Any] = orjson.loads(orjson.dumps(macro.wordings))
    assert stored["en"]["words"] == {"text": "Hi", "entities": []}
