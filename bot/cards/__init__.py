"""What operators see: the card of a ticket, its topic's name and icon, its history."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from bot import texts
from bot.desk.said import LIVE, TEXT, Buttons, Content, Elsewhere
from bot.desk.said.sentences import Sentence
from bot.desk.talk.outgoing import content_of
from bot.desk.words import Words, blockquote, bold, italic, join, link, plain
from bot.texts import _, ngettext, quoted
from models import Address, Customer, Direction, Message, Status, Ticket

NAME_LIMIT = 128  # Bot API: createForumTopic
POST_LIMIT = 4096  # Bot API: sendMessage
RECALLED_QUOTE = 100  # characters of a quote, where what was said is recalled
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


def status_name(status: Status) -> str:
    """The status in the current language."""
    return _(STATUSES[status])


def status_for_customer(status: Status) -> Sentence:
    """The status as it is said to customers."""
    return Sentence(YOUR_TURN if status is Status.WAITING else STATUSES[status])


def topic_name(ticket: Ticket, customer: Customer, first: Message | None = None) -> str:
    """`#123 Anna · subject`, one line, at most 128 characters.

    Where no words have come yet, what `first` brought stands in their place: «Photo».
    """
    about = ticket.subject or (_kind(content_of(first)).partition(" ")[2] if first else "")
    subject = f" · {about}" if about else ""
    return plain(f"#{ticket.id} {customer.name}{subject}").clipped(NAME_LIMIT).text


def icon(status: Status) -> str:
    """The emoji that a topic of this status wears; one of Telegram's topic icons."""
    return ICONS[status]


def card(ticket: Ticket, customer: Customer, address: Address) -> tuple[Words, Buttons]:
    """The ticket at a glance, and what can be done with it."""
    who = bold(customer.name)
    if customer.username:
        who += f" @{customer.username}"
    lines = [
        bold(f"#{ticket.id}") + f" · {status_name(ticket.status)}",
        who + f" · {address.channel.capitalize()} · {texts.NATIVE[customer.language]}",
    ]
    if ticket.previous_id:
        lines.append(plain(_("Continues #{number}").format(number=ticket.previous_id)))
    if address.blocked_at:
        shut = _("🚫 The customer has blocked us in {channel}")
        lines.append(plain(shut.format(channel=address.channel.capitalize())))
    if ticket.notes_mode:
        lines.append(plain(_("📝 Notes mode: nothing you write here reaches the customer")))
    return join("\n", lines), buttons(ticket)


def buttons(ticket: Ticket) -> Buttons:
    """What fits the status; the same for all that are not ended."""
    number = ticket.id
    notes = (_("📝 Notes mode"), f"notes_on:{number}")
    if ticket.notes_mode:
        notes = (_("💬 End notes mode"), f"notes_off:{number}")
    if ticket.status is Status.CLOSED:
        return [[(_("↩️ Reopen"), f"reopen:{number}")]]
    if ticket.status is Status.RESOLVED:
        return [
            [(_("↩️ Reopen"), f"reopen:{number}"), (_("🔒 Close"), f"close:{number}")],
            [notes],
        ]
    return [
        [(_("✅ Resolve"), f"resolve:{number}"), (_("🔒 Close"), f"close:{number}")],
        [(_("💬 Our turn"), f"open:{number}"), (_("☕️ Customer’s turn"), f"wait:{number}")],
        [notes],
    ]


def first_post(top: Words, words: Words) -> Words:
    """The card with the customer's first words under it; the words stand unchanged at its end."""
    return top + "\n\n" + words


def fingerprint(shown: Words, rows: Buttons) -> str:
    """Tells whether a card as it would be shown differs from the one that is."""
    return hashlib.sha256(repr((shown.dump(), rows)).encode()).hexdigest()


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


def history(
    lines: Sequence[Message | Words],
    undelivered: Collection[int],
    customer: Customer,
    timezone: str,
    now: datetime,
) -> list[Words]:
    """What was said so far, for a topic that replaces one that vanished or was left.

    `undelivered`: the ids of answers that the customer does not have. Words among the `lines` are
    `left_out`, and stand as they are.
    """
    if not lines:
        return []
    parts = [italic(_("What was said so far:"))]
    for each in lines:
        if isinstance(each, Words):
            parts.append(each)
            continue
        top = _who(each, customer, timezone, now)
        if each.id in undelivered:
            top += " · " + _("⚠️ not delivered")
        parts.append(top + "\n" + line(each, 600))
    return join("\n\n", parts).split(POST_LIMIT)


def left_out(count: int, url: str | None) -> Words:
    """How many lines are not recalled, with a link to where they stand, if that is known."""
    sentence = ngettext(
        "… {count} earlier line is left out …", "… {count} earlier lines are left out …", count
    )
    said = plain(sentence.format(count=count))
    return italic(link(said, url) if url else said)


def said_before(message: Message) -> Words:
    """An answer that stands in no post here, in a few words, above what is told of it."""
    return blockquote(plain(line(message, RECALLED_QUOTE).text)) + "\n"


def revisions(
    message: Message, earlier: Sequence[tuple[datetime, Words]], timezone: str, now: datetime
) -> Words:
    """The wordings of a message, the oldest first."""
    parts = [bold(_("Earlier versions"))]
    for until, words in earlier:
        when = _("until {moment}").format(moment=texts.moment(until, timezone, now))
        parts.append(italic(when) + "\n" + words.clipped(900))
    parts.append(italic(_("now")) + "\n" + line(message, 900))
    return join("\n\n", parts)


def _who(message: Message, customer: Customer, timezone: str, now: datetime) -> Words:
    operator = message.operator if message.operator_id else None
    speaker = {
        Direction.IN: customer.name,
        Direction.OUT: operator.name if operator else _("Operator"),
        Direction.NOTE: _("Note by {name}").format(name=operator.name if operator else "…"),
    }[message.direction]
    return bold(speaker) + " · " + texts.moment(message.created_at, timezone, now)
