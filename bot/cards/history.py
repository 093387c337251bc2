"""What was said so far, as operators read it: the history of a topic, earlier versions of words."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot import texts
from bot.cards import POST_LIMIT, RECALLED_QUOTE, line
from bot.desk.said import Content
from bot.desk.said.prepared import Key
from bot.desk.talk.outgoing import content_of
from bot.desk.words import Words, blockquote, bold, italic, join, link, plain
from bot.texts import _, ngettext
from models import Customer, Direction, Message


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


def echoed(message: Message) -> tuple[Words, Content]:
    """Whose words these are, and they as they are shown below that, with their buttons as lines.

    What is not for the customer is a note; of what waits for its moment only the mark tells.
    """
    name = message.operator.name if message.operator else _("Operator")
    top = "📋 " + bold(name)
    if message.goes_at:
        top = "🕘 " + bold(name)
    elif message.direction is Direction.NOTE:
        top = "📝 " + bold(_("Note by {name}").format(name=name))
    content = content_of(message)
    keys = content.prepared.keys if content.prepared else ()
    parts = [top, content.words] if content.words else [top]
    said = join("\n", [*parts, *map(key, keys)])
    return top, replace(content, words=said, prepared=None)


def key(one: Key) -> str:
    """A button of the customer's, in a line."""
    return f"🔗 {one.label}: {one.url}" if one.url else f"🔘 {one.label}"


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
