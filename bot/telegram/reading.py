"""Reading Telegram's messages: what crosses the counter of them."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any
from zlib import crc32

from aiogram.enums import ContentType
from aiogram.types import (
    Message,
    MessageEntity,
    User,
    Video,
)

from bot import texts
from bot.desk.said import LIVE, TEXT, ChannelAddress, Content, Elsewhere, Person, Preview, Quote
from bot.desk.said.attachments import NOBODY, Attachment, Original, Sources
from bot.desk.said.extras import Contact, Dice, Extra, Location, Poll, Venue
from bot.desk.said.spots import ASIDE, POST, Spot, stand
from bot.desk.words import Words, clean_name
from bot.desk.words.names import clean_file_name
from bot.telegram import origins
from bot.telegram.door import UNREAD
from bot.texts import mark

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
PLACED = [each.name for each in fields(Location)]
PREVIEWS = {each.name for each in fields(Preview)}


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
        attachments=_files(message, kind),
        extra=EXTRAS.get(kind, _nothing)(message),
        preview=_preview(message),
        above=bool(message.show_caption_above_media),
        forwarded=origins.name_of(message.forward_origin) if message.forward_origin else None,
        protected=bool(message.has_protected_content),
        unread=tuple(unread(message)),
        original=Original(message.chat.id, message.message_id),
        album=message.media_group_id,
        edition=message.edit_date,
    )


def customers(message: Message) -> Content | None:
    """What a customer's message says, and what of another chat it answers; see `content`.

    An operator's is read without: what they answer elsewhere is no business of the customer's.
    """
    found = content(message)
    answers = elsewhere(message)
    if found is None or answers is None:
        return found
    preview = found.preview
    if answers.url and preview is None:  # it would be previewed instead of the customer's own
        preview = Preview(is_disabled=True)
    return replace(found, elsewhere=answers, preview=preview)


def elsewhere(message: Message) -> Elsewhere | None:
    """Whose message of another chat it answers, of what kind, and what it quotes of it.

    Bot API: ExternalReplyInfo, TextQuote. A quote alone is of what could not be read.
    """
    answered, cited = message.external_reply, quote(message)
    said = cited.words.clipped(QUOTED) if cited else None
    if answered is None:
        return Elsewhere(quote=said) if said and message.reply_to_message is None else None
    found = Elsewhere(
        origins.name_of(answered.origin),
        origins.kind_of(answered),
        origins.url(answered.chat, answered.message_id),
        said or None,
    )
    return None if found == Elsewhere() else found


def kind_of(message: Message) -> str:
    """Telegram's name of the kind."""
    return ContentType(message.content_type).value


def not_carried(message: Message) -> str | None:
    """The msgid that names what cannot be carried. None: it is carried, or a service message."""
    return NOT_CARRIED.get(ContentType(message.content_type))


def is_service(message: Message, *, unknown: bool = True) -> bool:
    """Whether nobody said it: Telegram wrote it, be it of a kind that is not known yet.

    `unknown`: whether what cannot be told apart is taken for such.
    """
    if content(message) is not None:
        return False
    if kind_of(message) == ContentType.UNKNOWN:
        return unknown
    return not_carried(message) is None


def is_step(message: Message) -> bool:
    """Whether somebody who shows where they are has only gone on."""
    return message.edit_date is not None and message.location is not None


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


def address(user_id: int) -> ChannelAddress:
    """Where a person can be reached in private."""
    return ChannelAddress("telegram", str(user_id))


def spot(message: Message) -> Spot:
    """Where to answer this message in its group."""
    # A reply in General may carry a thread id that is no topic's: only the flag tells.
    thread = message.message_thread_id if message.is_topic_message else None
    return Spot(message.chat.id, thread, message.message_id or None)  # an ephemeral one has none


def command(message: Message) -> Spot:
    """Where to answer a command, and to whom."""
    asked = crc32((message.text or message.caption or "").encode())
    return replace(spot(message), asked_by=author(message), asked=asked)


def mistyped(message: Message) -> Spot:
    """As `command`, of words that went nowhere by it: that is told before all."""
    return replace(command(message), aloud=True)


def stands(message: Message) -> str:
    """Where something of ours stands in its group, to be changed there."""
    if message.ephemeral_message_id:
        return stand(ASIDE, message.ephemeral_message_id)
    return stand(POST, message.message_id)


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


def answered(message: Message) -> Message | None:
    """What it replies to. Plain words in a topic reply to its creation, and so to nothing."""
    found = message.reply_to_message
    return None if found is None or found.forum_topic_created else found


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


def _files(message: Message, kind: str) -> tuple[Attachment, ...]:
    """The file that comes with it, by this bot's id; a text has none."""
    file: Any = None
    for field in origins.FILES:
        file = file or getattr(message, field)
    if file is None and message.photo:  # a live photo has its still picture there
        file = message.photo[-1]
    if file is None or kind == TEXT:
        return ()
    found = Attachment(
        kind=kind,
        name=clean_file_name(getattr(file, "file_name", None) or ""),
        mime=getattr(file, "mime_type", None) or "",
        size=file.file_size,
        sources=_sources(message, file),
        seconds=getattr(file, "duration", None),
        title=getattr(file, "title", None) or "",
        emoji=getattr(file, "emoji", None) or "",
        picture=_picture(message),
        hidden=bool(message.has_media_spoiler),
    )
    return (replace(found, start=_start(message.video)) if message.video else found,)


def _sources(message: Message, file: Any) -> Sources:
    """Of a file that this bot was told of: another one cannot use the id."""
    bot = str(message.bot.id) if message.bot else NOBODY
    return Sources({bot: file.file_id}, unique=file.file_unique_id)


def _picture(message: Message) -> Sources | None:
    """The still of a live photo, or the cover of a video: the largest size of it."""
    sizes = message.live_photo.photo if message.live_photo else None
    sizes = message.video.cover if message.video else sizes
    return _sources(message, sizes[-1]) if sizes else None


def _start(video: Video) -> int | None:
    """The second at which it begins: aiogram reads that as a date."""
    begin = video.start_timestamp
    return round(begin.timestamp()) if begin else None


def _nothing(message: Message) -> Extra | None:
    return None


def _location(message: Message) -> Extra | None:
    place = message.location
    return Location(**{name: getattr(place, name) for name in PLACED}) if place else None


def _venue(message: Message) -> Extra | None:
    venue = message.venue
    if venue is None:
        return None
    return Venue(venue.title, venue.address, venue.location.latitude, venue.location.longitude)


def _contact(message: Message) -> Extra | None:
    found = message.contact
    if found is None:
        return None
    return Contact(clean_name(f"{found.first_name} {found.last_name or ''}"), found.phone_number)


def _poll(message: Message) -> Extra | None:
    poll = message.poll
    return Poll(poll.question, tuple(one.text for one in poll.options)) if poll else None


def _dice(message: Message) -> Extra | None:
    return Dice(message.dice.emoji, message.dice.value) if message.dice else None


EXTRAS: dict[str, Callable[[Message], Extra | None]] = {
    "location": _location,
    LIVE: _location,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
}


def _preview(message: Message) -> Preview | None:
    """Only what differs from how a preview looks by itself."""
    options = message.link_preview_options
    dumped = options.model_dump(exclude_unset=True) if options else {}
    shown = {key: value for key, value in dumped.items() if value and key in PREVIEWS}
    return Preview(**shown) if shown.keys() - {"url"} else None
