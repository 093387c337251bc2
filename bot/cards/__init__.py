"""What operators see: names and icons; the card: `face.py`; what was said: `history.py`."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from bot import texts
from bot.desk.people.fields import Filled
from bot.desk.said import LIVE, TEXT, Content, Elsewhere
from bot.desk.said.sentences import Sentence
from bot.desk.talk.outgoing import content_of
from bot.desk.words import Words, blockquote, italic, link, plain
from bot.texts import _, quoted
from models import Customer, Message, Priority, Status, Ticket

NAME_LIMIT = 128  # Bot API: createForumTopic
POST_LIMIT = 4096  # Bot API: sendMessage
RECALLED_QUOTE = 100  # characters of a quote, where what was said is recalled
TEMPLATE = "#{number} {name} · {subject}"  # of a topic's name, where nobody has chosen another
NUMBER = "#{number}"
GAP = re.compile(r"\{(number|name|subject)\}")
BETWEEN = " ·•|/:;,—–-"  # what is not left at the end of a name where nothing follows it
ICONS = {
    Status.NEW: "❗️",
    Status.OPEN: "💬",
    Status.WAITING: "☕️",
    Status.RESOLVED: "✅",
    Status.CLOSED: "🏁",
}
STATUSES = {
    Status.NEW: texts.mark("new"),
    Status.OPEN: texts.mark("open"),
    Status.WAITING: texts.mark("waiting for the customer"),
    Status.RESOLVED: texts.mark("resolved"),
    Status.CLOSED: texts.mark("closed"),
}
PRIORITIES = {
    Priority.LOW: texts.mark("low"),
    Priority.NORMAL: texts.mark("normal"),
    Priority.HIGH: texts.mark("high"),
    Priority.URGENT: texts.mark("urgent"),
    Priority.EMERGENCY: texts.mark("emergency"),
}
SIGNS = {
    Priority.LOW: "🔽",
    Priority.NORMAL: "◽️",
    Priority.HIGH: "🔼",
    Priority.URGENT: "🔥",
    Priority.EMERGENCY: "🚨",
}
YOUR_TURN = texts.mark("waiting for your reply")
KINDS = {
    "photo": texts.mark("🖼 Photo"),
    "live_photo": texts.mark("🖼 Live photo"),
    "video": texts.mark("🎬 Video"),
    "animation": texts.mark("🎞 GIF"),
    "document": texts.mark("📎 File"),
    "audio": texts.mark("🎵 Audio"),
    "voice": texts.mark("🎤 Voice message"),
    "video_note": texts.mark("📹 Video message"),
    "sticker": texts.mark("🏷 Sticker"),
    "location": texts.mark("📍 Location"),
    LIVE: texts.mark("📍 Live location"),
    "venue": texts.mark("📍 Place"),
    "contact": texts.mark("👤 Contact"),
    "poll": texts.mark("📊 Poll"),
    "dice": texts.mark("🎲 Dice"),
}
# What no bot can pass on, and what people may answer all the same.
OTHER_KINDS = {
    "paid_media": texts.mark("🔒 Paid media"),
    "story": texts.mark("🎞 Story"),
    "checklist": texts.mark("☑️ Checklist"),
    "game": texts.mark("🎮 Game"),
    "giveaway": texts.mark("🎁 Giveaway"),
    "giveaway_winners": texts.mark("🎁 Giveaway winners"),
    "invoice": texts.mark("🧾 Invoice"),
}


def status_name(status: Status, own: Mapping[str, str] | None = None) -> str:
    """The status in the current language, or by its `own` name in the department."""
    return (own or {}).get(status) or _(STATUSES[status])


def priority_name(priority: Priority) -> str:
    """The priority in the current language."""
    return _(PRIORITIES[priority])


def priority_label(priority: Priority) -> str:
    """The same with its sign, as on a button."""
    return f"{SIGNS[priority]} {priority_name(priority)}"


def value(filled: Filled) -> str:
    """What is in a custom field, as people read it; "" for an empty one."""
    match filled:
        case Filled(value=None):
            return ""
        case Filled(value=bool(is_so)):
            return _("yes") if is_so else _("no")
        case Filled(value=str(day), is_date=True):
            return texts.day(date.fromisoformat(day))
    return str(filled.value)


def status_for_customer(status: Status) -> Sentence:
    """The status as it is said to customers."""
    return Sentence(YOUR_TURN if status is Status.WAITING else STATUSES[status])


def topic_name(
    ticket: Ticket, customer: Customer, template: str, first: Message | None = None
) -> str:
    """`#123 Anna · subject`, or as the template has it: one line, at most 128 characters.

    It begins with the number always, by which a topic is known to be a ticket's. Where no words
    have come yet, what `first` brought stands in their place: «Photo».
    """
    about = ticket.subject or (_kind(content_of(first)).partition(" ")[2] if first else "")
    values = {"number": str(ticket.id), "name": customer.name, "subject": about}
    rest = GAP.sub(lambda gap: values[gap[1]], template.removeprefix(NUMBER)).strip()
    return plain(f"#{ticket.id} {rest.rstrip(BETWEEN)}").clipped(NAME_LIMIT).text.rstrip()


def icon(status: Status) -> str:
    """The emoji that a topic of this status wears; one of Telegram's topic icons."""
    return ICONS[status]


def line(message: Message, most: int) -> Words:
    """A message as words, at most so many of its own: what it answers, its kind, its text."""
    content = content_of(message)
    words, top = content.words.clipped(most), elsewhere(content.elsewhere, RECALLED_QUOTE)
    if content.kind == TEXT:
        return top + words
    label = top + _kind(content)
    return label + "\n" + words if words else label


def elsewhere(answers: Elsewhere | None, most: int = POST_LIMIT) -> Words:
    """The lines that say what a message of another chat its author answers, and quotes of it.

    `most`: how many characters of the quote.
    """
    if answers is None:
        return Words()
    source = plain(answers.source or "…")
    if answers.url:
        source = link(source, answers.url)
    name = KINDS.get(answers.kind) or OTHER_KINDS.get(answers.kind)
    said = plain(_("↪️ In reply to:")) + " " + source + (f" · {_(name)}" if name else "")
    top = italic(said) + "\n"
    if answers.quote is None:
        return top
    return top + blockquote(answers.quote.clipped(most)) + "\n"


def _kind(content: Content) -> str:
    """What it is, and its file's name: “📎 File “invoice.pdf””; of several files what each is."""
    files = [(one.kind, one.name) for one in content.attachments]
    if len(files) < 2:
        files = [(content.kind, files[0][1] if files else "")]
    named = [(_(KINDS.get(kind, kind)), f" {quoted(name)}" if name else "") for kind, name in files]
    many = Counter(kind + name for kind, name in named)
    return ", ".join(f"{label} ×{count}" if count > 1 else label for label, count in many.items())
