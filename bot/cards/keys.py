"""The buttons of the card, and of the menus that it opens for who presses them."""

from collections.abc import Mapping

from bot.cards import priority_label
from bot.cards.pages import turning
from bot.desk.said import Buttons
from bot.desk.said.buttons import asking, copying, off, styled
from bot.desk.talk.glance import Glance
from bot.desk.words import plain
from bot.texts import _
from models import ContactKind, Priority, Status, Ticket

Button = tuple[str, str]
NOTED = "no_note"  # by this button it is known that what replies is a note
ABREAST = 2  # names in a row
AT_ONCE = 16  # names: Telegram takes a hundred buttons, but not that many letters
LABEL = 32  # characters of a name on a button


def of_card(about: Glance) -> Buttons:
    """What fits the status: whose it is first, then what is done with it."""
    ticket, number = about.ticket, about.ticket.id
    if ticket.status is Status.CLOSED:
        spam = (_("↩️ It is no spam"), f"unspam:{number}")
        return [[spam if ticket.is_spam else _reopen(ticket)]]
    macro, note = (_("📋 Macro"), f"macros:{number}:0"), (_("📝 Note"), f"note:{number}")
    rest = [macro, note, (_("⋯ More"), f"more:{number}")]
    if ticket.notes_mode:
        rest.insert(0, (_("💬 End notes mode"), f"notes_off:{number}"))
    if ticket.status is Status.RESOLVED:
        return [[_reopen(ticket), _close(ticket)], rest]
    resolve = (_("✅ Resolve"), styled("success", f"resolve:{number}"))
    status = (_("🔄 Status"), f"statuses:{number}")
    priority = (_("🔥 Priority"), f"priorities:{number}")
    if about.owner is None:
        take = (_("🙋 Take"), styled("primary", f"take:{number}"))
        return [[take, resolve], [status, priority], rest]
    whose = [(f"👤 {about.owner}", off(f"take:{number}")), (_("👉 Give to…"), f"give:{number}")]
    return [whose, [resolve, status, priority], rest]


def statuses(ticket: Ticket) -> Buttons:
    """Those that the ticket can be given; that which it has is off."""
    number, named = ticket.id, {Status.NEW: Status.OPEN}.get(ticket.status, ticket.status)
    offered = [
        (Status.OPEN, (_("💬 Our turn"), f"open:{number}")),
        (Status.WAITING, (_("☕️ Customer’s turn"), f"wait:{number}")),
        (Status.RESOLVED, (_("✅ Resolve"), styled("success", f"resolve:{number}"))),
        (Status.CLOSED, _close(ticket)),
    ]
    keys = [_off_if(status is named, key) for status, key in offered]
    return [keys[:2], keys[2:]]


def priorities(ticket: Ticket) -> Buttons:
    """All, the most urgent first; that which the ticket has is off."""
    keys = [
        _off_if(one is ticket.priority, (priority_label(one), f"priority:{ticket.id}:{one.value}"))
        for one in reversed(Priority)
    ]
    return [keys[:2], keys[2:]]


def names(ticket: int, who: Mapping[int, str], number: int = 1) -> Buttons:
    """A button for each of that page; those of one name are told apart by their numbers."""
    called = [_short(name).casefold() for name in who.values()]
    keys = [
        (_short(name) + ("" if called.count(_short(name).casefold()) == 1 else f" · {n}"), n)
        for n, name in who.items()
    ]
    pages = max(1, -(-len(keys) // AT_ONCE))
    begin = AT_ONCE * (max(1, min(number, pages)) - 1)
    shown = [(label, f"assign:{ticket}:{n}") for label, n in keys[begin : begin + AT_ONCE]]
    rows = [shown[place : place + ABREAST] for place in range(0, len(shown), ABREAST)]
    return rows + turning(f"heirs:{ticket}", begin // AT_ONCE + 1, pages)


def _short(name: str) -> str:
    return plain(name).clipped(LABEL).text


def more(about: Glance) -> Buttons:
    """What is needed more rarely, and what is copied."""
    ticket, number = about.ticket, about.ticket.id
    mode = (_("📝 Notes mode"), f"notes_on:{number}")
    if ticket.notes_mode:
        mode = (_("💬 End notes mode"), f"notes_off:{number}")
    rows = [[mode], [(f"📋 #{number}", copying(f"#{number}")), *_phones(about)]]
    if about.owner is not None:
        rows.insert(0, [(_("↩️ Put it back"), f"unassign:{number}")])
    if about.department is not None:
        rows.insert(0, [(_("🏢 Another department"), f"moving:{number}")])
    return [*rows, [(_("🗑 Spam"), styled("danger", f"spam:{number}"))]]


def note(ticket: int) -> Buttons:
    """Under the request to write one: the field for a reply opens with it."""
    return [[(_("✖️ No note"), asking(f"{NOTED}:{ticket}"))]]


def _reopen(ticket: Ticket) -> Button:
    return _("↩️ Reopen"), f"reopen:{ticket.id}"


def _close(ticket: Ticket) -> Button:
    return _("🔒 Close"), f"close:{ticket.id}"


def _off_if(is_so: bool, key: Button) -> Button:
    label, data = key
    return (label, off(data)) if is_so else key


def _phones(about: Glance) -> list[Button]:
    """The first phone number."""
    phones = [one.value for one in about.contacts if one.kind is ContactKind.PHONE]
    return [(f"📋 {number}", copying(number)) for number in phones[:1]]
