"""Every way to change something, and the events that it leaves; nothing here is a test."""

import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, get_args

from bot.desk import outbox, talk, tickets
from bot.desk.people import contacts, customers, departments, fields
from bot.desk.people.actors import Actor
from bot.desk.people.fields import Filled
from bot.desk.people.preferences import Collisions, ReplyMode
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.prepared import Changes, Key, Prepared
from bot.desk.said.sentences import Sentence
from bot.desk.said.spots import Spot
from bot.desk.talk import (
    afterwards,
    authoring,
    choices,
    collisions,
    corrections,
    decisions,
    failures,
    giving,
    held,
    intake,
    notices,
    outgoing,
    reach,
    replies,
    sending,
    sources,
    using,
)
from bot.desk.talk.authoring import Draft
from bot.desk.talk.decisions import Press
from bot.desk.talk.intake import Terms
from bot.desk.talk.replies import Spoken
from bot.desk.talk.using import Chosen, Voice
from bot.desk.tickets import (
    banning,
    calling,
    dissolving,
    duty,
    events,
    halts,
    joining,
    labels,
    leaving,
    members,
    owning,
    preferring,
    profiles,
    routing,
    signs,
    team,
    theirs,
)
from bot.desk.tickets.halts import Halt
from bot.desk.words import Words
from models import (
    FIRST,
    Address,
    CustomField,
    FieldKind,
    FieldOf,
    Group,
    Held,
    Membership,
    Message,
    Priority,
    Role,
    Routing,
    Standing,
    Status,
    Ticket,
)
from models.rows import add, fetch
from tests.desk.talk import ANNA, NOW, SOMEBODY, anna, answers, olena

ROOMS = (tickets, talk)


# By these a function is told who acts, or whence they do.
WHO = [Actor, *get_args(Actor), Spoken, Press, Incoming, ChannelAddress, Address, Person]


MAIL = ChannelAddress("mail", "anna@example.com")


SALES = 2


BIND = """
INSERT INTO operator_group (chat_id, department_id, title, language, bound_at)
VALUES (-200, $1, 'Sales', 'en', now())
"""


WRITTEN = "SELECT name FROM event WHERE id > $1 ORDER BY id"


DEAD = """
UPDATE delivery SET state = 'dead', dead_at = now() WHERE kind = 'words' AND ticket_id = 1
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """Anna has asked for two things by Telegram; Olena has answered the first, and holds words."""

    anna: Address
    mail: Address
    olena: Membership
    first: Ticket
    second: Ticket
    asked: Message
    answer: Message
    held: Message
    failed: int  # a delivery

    @property
    def at(self) -> Spot:
        return Spot(-1, post_id=5)

    def press(self) -> Press:
        return Press(self.held.id, 1, self.olena)

    def says(self, text: str) -> Spoken:
        return Spoken(self.olena, said(text))


def said(text: str) -> Content:
    return Content(words=Words(text))


async def scene() -> Scene:
    await anna(1, "Where is it?")
    answer, held = await answers(1, "On its way"), await answers(1, "/ note?")
    async with outbox.transaction():
        await theirs.start_new(await customers.by_id(1), NOW)
    await anna(2, "Another thing")
    await customers.also_at(1, MAIL, NOW)
    await fetch(BIND, await departments.add("Sales", NOW))
    [dead] = await fetch(DEAD)
    one, two = await Ticket.all().order_by("id")
    by_telegram, by_mail = await customers.by_id(1), await customers.by_id(2)
    asked = await Message.get(id=1)
    return Scene(by_telegram, by_mail, await olena(), one, two, asked, answer, held, dead["id"])


Deed = Callable[[Scene], Awaitable[object]]


async def dissolved() -> None:
    """With the ticket that it has."""
    await Group.filter(department_id=FIRST).update(is_bound=True)
    await tickets.move(1, SALES, SOMEBODY, NOW)
    await dissolving.dissolve(SALES, FIRST, SOMEBODY, NOW)


async def in_order(*deeds: Awaitable[object]) -> None:
    for deed in deeds:
        await deed


async def banned_and_not() -> None:
    """Who is not banned cannot be let in."""
    await banning.ban(1, NOW + timedelta(days=1), "spam", SOMEBODY, NOW)
    await banning.unban(1, SOMEBODY, NOW)


ORDER = fields.New(FieldOf.TICKET, "order", "Order", FieldKind.TEXT)


async def came_and_went() -> None:
    """A field."""
    await preferring.add_field(ORDER, SOMEBODY, NOW)
    await preferring.remove_field(FieldOf.TICKET, "order", SOMEBODY, NOW)


async def tagged_and_forgotten() -> None:
    """A tag of the first ticket's."""
    await labels.set_tags(1, ["refund"], [], SOMEBODY, NOW)
    await preferring.remove_tag("refund", SOMEBODY, NOW)


async def planned(on: Scene, then: Deed) -> None:
    """What she holds is to go later; then something becomes of it."""
    await held.hold(on.held, Held.LATER, NOW + timedelta(days=1), on.olena, NOW)
    await then(on)


ENDED = Halt([1], Sentence(halts.CLOSED))


async def held_and_heard(on: Scene) -> None:
    await held.hold(on.held, Held.DOUBLE, NOW + timedelta(seconds=10), on.olena, NOW)
    hello = Incoming(ANNA, Person("Anna"), "9", said("Hello?"), "1")
    await intake.receive(hello, NOW, reopen_days=7)  # it asks `heard`


async def assigned(on: Scene) -> None:
    await Group.filter(id=on.olena.group_id).update(is_bound=True)
    await owning.assign(1, on.olena.operator_id, SOMEBODY, NOW)


async def given(on: Scene) -> None:
    await Group.filter(id=on.olena.group_id).update(is_bound=True)
    await giving.give(1, "Olena", said("She knows them"), on.olena, NOW)


async def in_team(on: Scene, then: Deed) -> None:
    """Olena's group is bound."""
    await Group.filter(id=on.olena.group_id).update(is_bound=True)
    await then(on)


async def routed(on: Scene) -> None:
    """She is on duty, and what is nobody's is hers."""
    await Group.filter(id=on.olena.group_id).update(is_bound=True)
    await duty.begin(on.olena, NOW)
    await routing.choose(FIRST, Routing.ROUND_ROBIN, SOMEBODY, NOW)


async def let_go(on: Scene) -> None:
    """She had it, and is none of the group."""
    await owning.take(1, on.olena, NOW)
    await on.first.refresh_from_db()
    await routing.let_go(on.first, SOMEBODY, NOW)


async def left(on: Scene) -> None:
    """She had a ticket, and was on duty."""
    await owning.take(1, on.olena, NOW)
    await duty.begin(on.olena, NOW)
    on.olena.standing = Standing.GONE
    await leaving.hand_over(on.olena, SOMEBODY, NOW)


async def unassigned(on: Scene) -> None:
    await owning.take(1, on.olena, NOW)
    await owning.unassign(1, on.olena, NOW)


async def filled(on: Scene) -> None:
    named = {"of": FieldOf.TICKET, "key": "order", "label": "Order"}
    await add(CustomField, **named, kind=FieldKind.TEXT, created_at=NOW)
    await labels.set_field(1, "order", "12", on.olena, NOW)


async def described(on: Scene) -> None:
    """By a field of the company's own."""
    named = {"of": FieldOf.CUSTOMER, "key": "city", "label": "City"}
    await add(CustomField, **named, kind=FieldKind.TEXT, created_at=NOW)
    await profiles.set_field(1, "city", "Kyiv", on.olena, NOW)


async def noted_and_cleared(on: Scene) -> None:
    """What colleagues know of Anna."""
    await profiles.add_note(1, "kind", on.olena, NOW)
    await profiles.clear_notes(1, on.olena, NOW)


async def typed_and_dropped(on: Scene) -> None:
    """A phone that is not hers."""
    await profiles.add_contact(1, contacts.phone("+380671234567"), on.olena, NOW)
    await profiles.drop_contact(1, 1, on.olena, NOW)


PREPARED = Draft("hi", "en", said("Hello"))


def prepared(changes: Changes, *keys: Key) -> Content:
    """Words of a macro."""
    return Content(words=Words("Is it there?"), prepared=Prepared(keys, changes))


def str_of(filled: Filled, _language: str) -> str:
    return str(filled.value)


async def written(on: Scene, then: Deed | None = None) -> None:
    """Her own macro; then something becomes of it."""
    await authoring.create(PREPARED, on.olena, NOW, mine=True)
    if then:
        await then(on)


async def chosen(on: Scene) -> None:
    """Anna answers by a button."""
    asked = Spoken(on.olena, prepared(Changes(), Key("Yes")))
    said = await replies.take(1, asked, NOW)
    await outgoing.keep([(said.id, on.anna.id, "77", 0)])
    await choices.choose(on.anna, said.id, 0, NOW, Terms(7, 9))


# Every way to change something, and the events that it leaves here.
LEAVES: dict[Callable[..., Any], tuple[list[str], Deed]] = {
    tickets.open_for: (
        ["opened", "turned"],
        lambda on: tickets.open_for(on.anna, said("A third one"), NOW, None),
    ),
    tickets.turn_to: (["turned"], lambda on: tickets.turn_to(on.anna.customer, 1, NOW)),
    tickets.take_subject: (
        ["subject"],
        lambda on: tickets.take_subject(on.first, Words("A box"), on.anna.customer, NOW),
    ),
    tickets.change: (["status"], lambda on: tickets.change(1, Status.CLOSED, on.olena, NOW)),
    tickets.set_notes: (["notes mode"], lambda on: tickets.set_notes(1, True, on.olena, NOW)),
    tickets.spoken_in: (["address"], lambda on: tickets.spoken_in(on.first, on.mail, NOW)),
    tickets.choose_address: (
        ["address chosen", "address"],
        lambda on: tickets.choose_address(1, on.mail.id, on.olena, NOW),
    ),
    owning.take: (["assignee"], lambda on: owning.take(1, on.olena, NOW)),
    owning.assign: (["assignee"], assigned),
    owning.unassign: (["assignee", "assignee"], unassigned),
    giving.give: (["assignee"], given),
    owning.release: (["assignee"], lambda on: owning.release(on.first, on.olena, NOW)),
    labels.set_priority: (
        ["priority"],
        lambda on: labels.set_priority(1, Priority.HIGH, on.olena, NOW),
    ),
    labels.set_tags: (["tags"], lambda on: labels.set_tags(1, ["late"], [], on.olena, NOW)),
    labels.set_field: (["custom"], filled),
    labels.set_spam: (["spam"], lambda on: labels.set_spam(1, True, on.olena, NOW)),
    tickets.move: (["department"], lambda on: tickets.move(1, SALES, on.olena, NOW)),
    dissolving.dissolve: (["department", "dissolved", "department"], lambda _on: dissolved()),
    tickets.answered: (["answered"], lambda on: tickets.answered(on.second, on.olena, NOW)),
    members.present: (
        ["renamed"],
        lambda on: members.present(on.olena.group_id, 7, Person("Lena"), NOW),
    ),
    members.met: (
        ["standing"],
        lambda on: members.met(on.olena.group_id, 7, Person("Olena"), NOW, Standing.ADMIN),
    ),
    members.rank: (
        ["standing"],
        lambda on: members.rank(on.olena.group_id, 7, Person("Olena"), NOW, Standing.GONE),
    ),
    members.may_hand_over: (
        ["standing"],
        lambda on: members.may_hand_over(
            on.olena.group_id, 7, Person("Olena"), NOW, Standing.ADMIN
        ),
    ),
    members.give_role: (
        ["role"],
        lambda on: members.give_role(on.olena.group_id, 7, Role.LEAD, SOMEBODY, NOW),
    ),
    team.give_role: (
        ["role"],
        lambda on: in_team(
            on, lambda on: team.give_role(FIRST, on.olena.operator_id, "lead", SOMEBODY, NOW)
        ),
    ),
    team.set_languages: (
        ["languages"],
        lambda on: in_team(
            on, lambda on: team.set_languages(FIRST, on.olena.operator_id, ["uk"], SOMEBODY, NOW)
        ),
    ),
    team.set_skills: (
        ["skills"],
        lambda on: in_team(
            on, lambda on: team.set_skills(FIRST, on.olena.operator_id, ["tea"], SOMEBODY, NOW)
        ),
    ),
    team.set_capacity: (
        ["capacity"],
        lambda on: in_team(
            on, lambda on: team.set_capacity(FIRST, on.olena.operator_id, 5, SOMEBODY, NOW)
        ),
    ),
    team.set_absence: (
        ["absence"],
        lambda on: in_team(
            on,
            lambda on: team.set_absence(
                FIRST, on.olena.operator_id, NOW + timedelta(days=1), SOMEBODY, NOW
            ),
        ),
    ),
    duty.begin: (["on duty"], lambda on: duty.begin(on.olena, NOW)),
    duty.end: (
        ["on duty", "off duty"],
        lambda on: in_order(duty.begin(on.olena, NOW), duty.end(on.olena, NOW)),
    ),
    duty.left: (
        ["on duty", "off duty"],
        lambda on: in_order(duty.begin(on.olena, NOW), duty.left(on.olena, SOMEBODY, NOW)),
    ),
    leaving.hand_over: (["assignee", "on duty", "off duty", "assignee"], left),
    routing.choose: (["on duty", "routing", "assignee"], routed),
    routing.let_go: (["assignee", "assignee"], let_go),
    routing.require: (["routing"], lambda _on: routing.require(FIRST, "tea", SOMEBODY, NOW)),
    profiles.set_vip: (["vip"], lambda on: profiles.set_vip(1, True, on.olena, NOW)),
    profiles.add_note: (["about"], lambda on: profiles.add_note(1, "kind", on.olena, NOW)),
    profiles.clear_notes: (["about", "about"], noted_and_cleared),
    profiles.add_contact: (
        ["contacts"],
        lambda on: profiles.add_contact(1, contacts.phone("+380671234567"), on.olena, NOW),
    ),
    profiles.set_tags: (["tags"], lambda on: profiles.set_tags(1, ["vip"], [], on.olena, NOW)),
    profiles.set_field: (["custom"], described),
    profiles.shared: (
        ["contacts"],
        lambda on: profiles.shared(on.anna, contacts.phone("+380671234567"), NOW),
    ),
    profiles.drop_contact: (["contacts", "contacts"], typed_and_dropped),
    calling.solve: (["status"], lambda on: calling.solve(on.anna, 1, NOW)),
    calling.call: (["called", "status", "turned"], lambda on: calling.call(on.anna, 1, NOW)),
    banning.ban: (["banned"], lambda _on: banning.ban(1, None, "spam", SOMEBODY, NOW)),
    banning.unban: (["banned", "unbanned"], lambda _on: banned_and_not()),
    theirs.at: (
        ["met"],
        lambda _on: theirs.at(ChannelAddress("telegram", "2"), Person("Borys"), NOW),
    ),
    theirs.choose_language: (["language"], lambda on: theirs.choose_language(on.anna, "uk", NOW)),
    theirs.start_new: (["turned"], lambda on: theirs.start_new(on.anna, NOW)),
    theirs.choose: (["turned"], lambda on: theirs.choose(on.anna, 1, NOW)),
    authoring.create: (["macro written"], written),
    authoring.edit: (
        ["macro written", "macro changed"],
        lambda on: written(on, lambda on: authoring.edit(PREPARED, on.olena, NOW)),
    ),
    authoring.sets: (
        ["macro written", "macro changed"],
        lambda on: written(on, lambda on: authoring.sets("hi", Changes("closed"), on.olena, NOW)),
    ),
    authoring.remove: (
        ["macro written", "macro removed"],
        lambda on: written(on, lambda on: authoring.remove("hi", on.olena, NOW)),
    ),
    using.send: (
        ["macro written", "turned", "macro"],
        lambda on: written(
            on, lambda on: using.send(1, Chosen(1), on.says(""), NOW, Voice("en", str_of))
        ),
    ),
    choices.choose: (["turned", "status"], chosen),
    afterwards.follow: (
        ["priority"],
        lambda on: afterwards.follow(1, prepared(Changes(priority=3)), on.olena, NOW),
    ),
    corrections.edited: (
        ["kept inside", "edited"],
        lambda on: corrections.edited(on.answer, said("// No"), on.olena, NOW),
    ),
    corrections.correct: (
        ["edited"],
        lambda on: corrections.correct(on.answer, said("Lost"), on.anna, on.olena, NOW),
    ),
    decisions.send: (
        ["sent after all", "turned"],
        lambda on: decisions.send(on.press(), NOW),
    ),
    preferring.collisions: (
        ["preference"],
        lambda _on: preferring.collisions(FIRST, Collisions.OFF, SOMEBODY, NOW),
    ),
    preferring.reply_mode: (
        ["preference"],
        lambda _on: preferring.reply_mode(FIRST, ReplyMode.REPLY, SOMEBODY, NOW),
    ),
    preferring.reopen_days: (
        ["preference"],
        lambda _on: preferring.reopen_days(FIRST, 3, SOMEBODY, NOW),
    ),
    preferring.template: (
        ["preference"],
        lambda _on: preferring.template(FIRST, "#{number} {name}", SOMEBODY, NOW),
    ),
    preferring.name_status: (
        ["preference"],
        lambda _on: preferring.name_status(FIRST, Status.OPEN, "Ours", SOMEBODY, NOW),
    ),
    preferring.add_field: (
        ["field added"],
        lambda _on: preferring.add_field(ORDER, SOMEBODY, NOW),
    ),
    preferring.remove_field: (["field added", "field removed"], lambda _on: came_and_went()),
    preferring.remove_tag: (["tags", "tag removed"], lambda _on: tagged_and_forgotten()),
    decisions.keep: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: decisions.keep(on.press(), NOW)),
    ),
    decisions.anyway: (
        ["held", "held"],
        lambda on: planned(on, lambda on: decisions.anyway(on.press(), NOW)),
    ),
    held.hold: (
        ["held"],
        lambda on: held.hold(on.held, Held.LATER, NOW + timedelta(days=1), on.olena, NOW),
    ),
    held.let_stay: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: held.let_stay(on.held, on.olena, NOW)),
    ),
    held.stop: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: held.stop(ENDED, on.olena, NOW)),
    ),
    held.leave: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: held.leave(on.held, SOMEBODY, NOW)),
    ),
    halts.halt: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: halts.halt(ENDED, on.olena, NOW)),
    ),
    halts.ended: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: halts.ended(1, Status.CLOSED, on.olena, NOW)),
    ),
    collisions.heard: (["held", "turned", "held", "status"], held_and_heard),
    held.wrote: (
        ["held", "held no more"],
        lambda on: planned(on, lambda on: held.wrote(1, on.anna.customer, NOW)),
    ),
    failures.send_again: (
        ["tried again"],
        lambda on: failures.send_again(on.failed, 1, on.at, on.olena, NOW),
    ),
    intake.receive: (
        ["turned", "status"],
        lambda _on: intake.receive(
            Incoming(ANNA, Person("Anna"), "9", said("Hello?"), "1"), NOW, reopen_days=7
        ),
    ),
    intake.edited: (["edited"], lambda _on: intake.edited(ANNA, "1", said("Where?"), NOW)),
    intake.deleted: (["deleted"], lambda _on: intake.deleted(ANNA, "1", NOW)),
    intake.reacted: (["reacted"], lambda _on: intake.reacted(ANNA, "1", "👍", NOW)),
    intake.rewrite: (["edited"], lambda on: intake.rewrite(on.asked, said("?"), SOMEBODY, NOW)),
    outgoing.stay_inside: (
        ["kept inside"],
        lambda on: outgoing.stay_inside(1, [on.answer.id], on.olena, NOW),
    ),
    reach.blocked: (["blocked"], lambda _on: reach.blocked(ANNA, NOW)),
    reach.returned: (["returned"], lambda _on: reach.returned(MAIL, NOW)),
    replies.take: (
        ["answered", "status"],
        lambda on: replies.take(2, on.says("It comes"), NOW),
    ),
    replies.unsend: (["unsent"], lambda on: replies.unsend(on.answer, on.olena, NOW)),
    replies.reacted: (["reacted"], lambda on: replies.reacted(on.asked, "👌", on.olena, NOW)),
    sending.answered: (
        ["answered", "status"],
        lambda on: sending.answered(on.second, on.anna, on.olena, NOW),
    ),
}


# What changes nothing but what is to be carried, and why that needs no event.
CARRIED: dict[Callable[..., Any], str] = {
    collisions.between: "it only asks",
    joining.propose: "nobody is joined by it; that it was proposed stands in a row of its own",
    signs.refresh: "what it shows is written down where it changes",
    notices.take_offer: "what it leads to is written down where a group is bound",
    notices.ask_status: "it is told",
    notices.offer_languages: "it is asked",
    notices.ask_language: "what it leads to is written down where a group is spoken to",
    replies.not_withdrawn: "whoever withdraws it says why",
    sending.send: "its message says who wrote it; the rest is `answered`",
    team.departments_seen: "it only asks",
    sources.ask_for: "its message says what was linked",
}


def told_who_acts() -> Iterator[Callable[..., Any]]:
    """The desk's public functions that change something for somebody, but the trail's own."""
    for room in ROOMS:
        files = [each.name for each in pkgutil.iter_modules(room.__path__)]
        for module in [room, *(import_module(f"{room.__name__}.{name}") for name in files)]:
            for name, one in inspect.getmembers(module, inspect.iscoroutinefunction):
                if one.__module__ == module.__name__ != events.__name__ and name[0] != "_":
                    asked = inspect.signature(one).parameters
                    if "now" in asked and any(each.annotation in WHO for each in asked.values()):
                        yield one
