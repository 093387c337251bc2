"""What is said of a content in words: what it is, whose words these are, what they answer."""

from dataclasses import replace

from bot import cards
from bot.desk.said import Content
from bot.desk.words import Words, italic, join, plain
from bot.telegram.reading import TEXT
from bot.texts import _, quoted


def said(content: Content) -> Words:
    """What can be said of a content in words."""
    return content.words if content.kind == TEXT else described(content)


def described(content: Content) -> Words:
    """A content in words alone: its kind, its name, what it says."""
    about = content.about
    name = about.get("name") or about.get("title") or about.get("emoji") or ""
    label = _(cards.KINDS.get(content.kind, content.kind))
    lines = [plain(f"{label} {quoted(name)}" if name else label)]
    lines += [plain(about[key]) for key in ("phone", "address") if key in about]
    if "latitude" in about:
        lines.append(plain(f"{about['latitude']}, {about['longitude']}"))
    lines += [plain(f"▫️ {option}") for option in about.get("options", ())]
    return join("\n", [*lines, content.words] if content.words else lines)


def origin(content: Content) -> Words:
    """The lines that say whose words these are and what they answer, where Telegram cannot."""
    return _unread(content) + _forwarded_from(content) + cards.elsewhere(content.about)


def headed(content: Content) -> Content:
    """With these lines before its words, as it stands in a post."""
    return replace(content, words=origin(content) + content.words)


def _forwarded_from(content: Content) -> Words:
    if "forwarded" not in content.about:
        return Words()
    name = content.about["forwarded"] or "…"
    return italic(_("Forwarded from {name}").format(name=name)) + "\n"


def _unread(content: Content) -> Words:
    """What the library could not read of it is named: the original may say more."""
    names = content.about.get("unread")
    if not names:
        return Words()
    sentence = _("⚠️ Part of this message is of a kind I do not know yet: {names}")
    return italic(sentence.format(names=", ".join(names))) + "\n"
