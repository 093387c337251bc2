"""What is said of a content in words: what it is, whose words these are, what they answer."""

from dataclasses import replace

from bot import cards
from bot.desk.said import TEXT, Content, Outgoing
from bot.desk.said.extras import Contact, Extra, Location, Poll, Venue
from bot.desk.words import Words, italic, join, plain
from bot.texts import _, ngettext, quoted


def said(content: Content) -> Words:
    """What can be said of a content in words."""
    return content.words if content.kind == TEXT else described(content)


def in_words(content: Content) -> Words:
    """The same, and whose words these are and what they answer."""
    return origin(content) + said(content)


def described(content: Content) -> Words:
    """A content in words alone: its kind, its name, what it says."""
    files = [(one.kind, one.label) for one in content.attachments]
    named = files or [(content.kind, content.title)]
    lines = [plain(_named(kind, name)) for kind, name in named]
    lines += map(plain, _lines(content.extra))
    return join("\n", [*lines, content.words] if content.words else lines)


def awaited(content: Content) -> Words:
    """The same where its files come later: what is true of them before, and afterwards."""
    told = ngettext(
        "📎 The file follows below, or why there is none.",
        "📎 The files follow below, or why there are none.",
        len(content.attachments),
    )
    return in_words(content) + italic(f"\n{told}")


def _named(kind: str, name: str) -> str:
    label = _(cards.KINDS.get(kind, kind))
    return f"{label} {quoted(name)}" if name else label


def _lines(extra: Extra | None) -> list[str]:
    """What an extra says below its title."""
    match extra:
        case Location(latitude=north, longitude=east):
            return [f"{north}, {east}"]
        case Venue(address=address, latitude=north, longitude=east):
            return [address, f"{north}, {east}"]
        case Contact(phone=phone):
            return [phone]
        case Poll(options=options):
            return [f"▫️ {option}" for option in options]
    return []


def origin(content: Content) -> Words:
    """The lines that say whose words these are and what they answer, where Telegram cannot."""
    return _unread(content) + _forwarded_from(content) + cards.elsewhere(content.elsewhere)


def numbered(leaving: Outgoing) -> Content:
    """With the buttons below its words, counted from 1; a link stands there itself."""
    labels = [(label, data) for row in leaving.buttons for label, data in row]
    lines = [
        f"{number}. {label}" + (f": {data}" if data.startswith("https://") else "")
        for number, (label, data) in enumerate(labels, 1)
    ]
    words = leaving.content.words
    below = join("\n", [words, "", *lines] if words else lines)
    return replace(leaving.content, words=below)


def headed(content: Content) -> Content:
    """With these lines before its words, as it stands in a post."""
    return replace(content, words=origin(content) + content.words)


def _forwarded_from(content: Content) -> Words:
    if content.forwarded is None:
        return Words()
    name = content.forwarded or "…"
    return italic(_("Forwarded from {name}").format(name=name)) + "\n"


def _unread(content: Content) -> Words:
    """What the library could not read of it is named: the original may say more."""
    if not content.unread:
        return Words()
    sentence = _("⚠️ Part of this message is of a kind I do not know yet: {names}")
    return italic(sentence.format(names=", ".join(content.unread))) + "\n"
