"""Those who write macros and send them, in the words of the tests beside."""

from datetime import datetime, timedelta

from bot.desk import outbox
from bot.desk.people.fields import Filled
from bot.desk.said import Content
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import (
    authoring,
    setting,
    using,
)
from bot.desk.talk.authoring import Draft
from bot.desk.talk.replies import Spoken
from bot.desk.talk.using import Chosen, Voice
from bot.desk.tickets import members
from bot.desk.words import Words
from models import (
    CustomField,
    FieldKind,
    FieldOf,
    Group,
    Macro,
    Membership,
    Message,
    Role,
    Standing,
)
from models.rows import add
from tests.desk.talk import NOW, SOMEBODY, ranks

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
