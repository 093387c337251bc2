"""Reading Telegram's messages: what crosses the counter of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiogram.enums import ContentType
from aiogram.types import (
    Message,
    MessageEntity,
    PhotoSize,
    User,
    Video,
)

from bot import texts
from bot.desk.said import Address, Content, Person, Quote
from bot.desk.said.spots import Spot
from bot.desk.words import Words, clean_name
from bot.telegram import origins
from bot.telegram.door import UNREAD
from bot.texts import mark

TEXT = "text"
LIVE = "live_location"

# Kinds that Telegram lets a bot copy.
CARRIED = {
    *("text", "photo", "video", "animation", "document", "audio", "voice", "video_note"),
    *("sticker", "location", "venue", "contact", "poll", "dice", "live_photo"),
}
# Kinds that no bot can copy, by the names people know them by.
NOT_CARRIED = {
    ContentType.PAID_MEDIA: mark("paid media"),
    ContentType.GIVEAWAY: mark("a giveaway"),
    ContentType.GIVEAWAY_WINNERS: mark("the winners of a giveaway"),
    ContentType.INVOICE: mark("an invoice"),
    ContentType.STORY: mark("a story"),
    ContentType.CHECKLIST: mark("a checklist"),
    ContentType.GAME: mark("a game"),
    ContentType.GIFT: mark("a gift"),
    ContentType.UNIQUE_GIFT: mark("a gift"),
    ContentType.RICH_MESSAGE: mark("a rich message"),
    ContentType.PASSPORT_DATA: mark("passport data"),
    ContentType.WEB_APP_DATA: mark("data of a web app"),
    ContentType.USERS_SHARED: mark("a shared contact"),
    ContentType.CHAT_SHARED: mark("a shared chat"),
    ContentType.SUCCESSFUL_PAYMENT: mark("a payment"),
    ContentType.UNKNOWN: mark("a message of an unknown kind"),
}
QUOTED = 1024  # Bot API: ReplyParameters


def content(message: Message) -> Content | None:
    """What the message says. None: it cannot be carried, `not_carried` names it."""
    kind = kind_of(message)
    if kind == ContentType.UNKNOWN and (message.text or message.caption):
        kind = TEXT  # of a later version; its words can be read
    if kind not in CARRIED:
        return None
    if message.location and message.location.live_period:
        kind = LIVE
    return Content(
        kind=kind,
        words=words(message),
        about=_about(message, kind),
        origin={"chat": message.chat.id, "message": message.message_id},
        album=message.media_group_id,
        edition=message.edit_date,
    )


def customers(message: Message) -> Content | None:
    """What a customer's message says, and what of another chat it answers; see `content`.

    An operator's is read without: what they answer elsewhere is no business of the customer's.
    """
    found = content(message)
    answers = elsewhere(message)
    if found is None or not answers:
        return found
    about: dict[str, Any] = {**found.about, "elsewhere": answers}
    if "url" in answers:  # it would be previewed instead of the customer's own
        about.setdefault("preview", {"is_disabled": True})
    return replace(found, about=about)


def elsewhere(message: Message) -> dict[str, Any]:
    """Whose message of another chat it answers, of what kind, and what it quotes of it.

    Bot API: ExternalReplyInfo, TextQuote. A quote alone is of what could not be read.
    """
    answered = message.external_reply
    found: dict[str, Any] = {}
    if answered is not None:
        found = {"source": origins.name_of(answered.origin), "kind": origins.kind_of(answered)}
        found["url"] = origins.url(answered.chat, answered.message_id)
    if found or message.reply_to_message is None:
        cited = quote(message)
        found["quote"] = cited.words.clipped(QUOTED).dump() if cited else None
    return {key: value for key, value in found.items() if value}


def kind_of(message: Message) -> str:
    """Telegram's name of the kind."""
    return ContentType(message.content_type).value


def not_carried(message: Message) -> str | None:
    """The msgid that names what cannot be carried. None: it is carried, or a service message."""
    return NOT_CARRIED.get(ContentType(message.content_type))


def words(message: Message) -> Words:
    """The text or the caption, with every entity as Telegram gave it."""
    text = message.text or message.caption or ""
    return Words(text, entities(message.entities or message.caption_entities))


def entities(found: list[MessageEntity] | None) -> tuple[dict[str, Any], ...]:
    """Entities in the Bot API's own shape, without what is not set."""
    return tuple(entity.model_dump(exclude_none=True, mode="json") for entity in found or ())


def person(user: User) -> Person:
    """Who speaks, by a name that does no harm."""
    return Person(origins.visible(user), user.username, user.language_code or "")


def customer(user: User, language: str) -> Person:
    """Who writes to us, with a language of ours: `language` where theirs is none."""
    spoken = texts.nearest(user.language_code or "", default=language)
    return replace(person(user), language=spoken)


def address(user_id: int) -> Address:
    """Where a person can be reached in private."""
    return Address("telegram", str(user_id))


def place(message: Message) -> Spot:
    """Where to answer this message in its group."""
    # A reply in General may carry a thread id that is no topic's: only the flag tells.
    thread = message.message_thread_id if message.is_topic_message else None
    return Spot(message.chat.id, thread, message.message_id)


def command(message: Message) -> Spot:
    """Where to answer a command, and to whom."""
    return replace(place(message), asked_by=author(message))


def author(message: Message) -> int | None:
    """Who wrote it: a person, or the chat behind which one hides. None: a bot, or a channel's post.

    Posts of a linked channel come into its group by themselves, written by nobody there.
    """
    if message.is_automatic_forward:
        return None
    if message.sender_chat is not None:
        return message.sender_chat.id
    user = message.from_user
    return None if user is None or user.is_bot else user.id


def quote(message: Message) -> Quote | None:
    """The part of the other message that this one quotes."""
    if message.quote is None:
        return None
    said = Words(message.quote.text, entities(message.quote.entities))
    return Quote(said, message.quote.position)


def is_forwarded(message: Message) -> bool:
    """Whether it is somebody's earlier words, even where it cannot be read whose."""
    return message.forward_origin is not None or "forward_origin" in unread(message)


def unread(message: Message) -> list[str]:
    """The names of what could not be read of it (`door`)."""
    found = (message.model_extra or {}).get(UNREAD) or []
    return [str(name) for name in found]


def _about(message: Message, kind: str) -> dict[str, Any]:
    """What is to be known of it besides its words; a plain text has nothing."""
    about = _file(message) if kind != TEXT else {}
    about |= DETAILS.get(kind, _nothing)(message)
    if names := unread(message):
        about["unread"] = names
    if message.forward_origin:
        about["forwarded"] = origins.name_of(message.forward_origin)
    if message.has_protected_content:
        about["protected"] = True
    if message.has_media_spoiler:
        about["spoiler"] = True
    if message.show_caption_above_media:
        about["above"] = True
    if message.link_preview_options:
        about |= _preview(message)
    return about


def _file(message: Message) -> dict[str, Any]:
    file: Any = None
    for field in origins.FILES:
        file = file or getattr(message, field)
    if file is None and message.photo:  # a live photo has its still picture there
        file = message.photo[-1]
    if file is None:
        return {}
    found = {
        "name": getattr(file, "file_name", None),
        "size": file.file_size,
        "mime": getattr(file, "mime_type", None),
        "duration": getattr(file, "duration", None),
        "title": getattr(file, "title", None),
        "emoji": getattr(file, "emoji", None),
        "media_file_id": file.file_id,
        "unique_id": file.file_unique_id,
        "still_id": _picture(message.live_photo.photo) if message.live_photo else None,
        **_film(message.video),
    }
    return {key: value for key, value in found.items() if value is not None}


def _film(video: Video | None) -> dict[str, Any]:
    """The cover of a video, and the second at which it begins: aiogram reads that as a date."""
    if video is None:
        return {}
    begin = video.start_timestamp
    return {
        "cover_id": _picture(video.cover),
        "start_timestamp": round(begin.timestamp()) if begin else None,
    }


def _picture(sizes: list[PhotoSize] | None) -> str | None:
    return sizes[-1].file_id if sizes else None


def _nothing(message: Message) -> dict[str, Any]:
    return {}


def _location(message: Message) -> dict[str, Any]:
    assert message.location is not None
    return message.location.model_dump(exclude_none=True, mode="json")


def _venue(message: Message) -> dict[str, Any]:
    assert message.venue is not None
    place = message.venue.location
    return {
        "title": message.venue.title,
        "address": message.venue.address,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _contact(message: Message) -> dict[str, Any]:
    assert message.contact is not None
    name = f"{message.contact.first_name} {message.contact.last_name or ''}"
    return {"title": clean_name(name), "phone": message.contact.phone_number}


def _poll(message: Message) -> dict[str, Any]:
    assert message.poll is not None
    return {"title": message.poll.question, "options": [one.text for one in message.poll.options]}


def _dice(message: Message) -> dict[str, Any]:
    assert message.dice is not None
    return {"emoji": message.dice.emoji, "value": message.dice.value}


DETAILS: dict[str, Callable[[Message], dict[str, Any]]] = {
    "location": _location,
    LIVE: _location,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}


def _preview(message: Message) -> dict[str, Any]:
    """Only what differs from how a preview looks by itself."""
    options = message.link_preview_options
    dumped = options.model_dump(exclude_unset=True) if options else {}
    shown = {key: value for key, value in dumped.items() if value}
    return {"preview": shown} if set(shown) - {"url"} else {}
