"""What has come, handed in at the counter."""

from urllib.parse import unquote, urlsplit

from bot.bridges.base import Counter
from bot.bridges.webhook import events
from bot.desk import said
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.words import Words

CHANNEL = "webhook"


def address_id(endpoint: str, who: str) -> str:
    """A customer's, within all that this channel has; `whose` takes it apart again."""
    return f"{endpoint}:{who}"


def whose(address: said.ChannelAddress) -> tuple[str, str]:
    """The endpoint that an address belongs to, and the customer there."""
    endpoint, _colon, who = address.id.partition(":")
    return endpoint, who


async def hand_in(counter: Counter, endpoint: str, event: events.Incoming) -> None:
    """Whether it is known already makes no difference to who brings it. Raises as the counter."""
    who = address_id(endpoint, event.data.sender.id)
    match event:
        case events.Message():
            await counter.receive(_incoming(who, event))
        case events.Edited():
            await counter.edited(_incoming(who, event))
        case events.Deleted():
            await counter.deleted(who, event.data.id)
        case events.Reacted():
            await counter.reacted(who, event.data.id, event.data.emoji, event.timestamp)
        case events.Blocked():
            await counter.blocked(who, event.timestamp)
        case events.Returned():
            await counter.returned(who, event.timestamp)


def _incoming(who: str, event: events.Message | events.Edited) -> said.Incoming:
    data, sender = event.data, event.data.sender
    return said.Incoming(
        said.ChannelAddress(CHANNEL, who),
        said.Person(
            sender.name or sender.id,
            language=sender.language,
            is_named=sender.name not in ("", sender.id),
        ),
        data.id,
        _content(data, _edition(event)),
        reply_to=data.reply_to,
    )


def _content(data: events.Said, edition: int | None) -> said.Content:
    """Its files stay where they are until they are fetched."""
    words = Words(data.text, tuple(each.model_dump(exclude_none=True) for each in data.entities))
    files = tuple(
        Attachment("document", each.name or _name(each.url), sources=Sources(link=each.url))
        for each in data.attachments
    )
    kind = files[0].kind if files else said.TEXT
    return said.Content(kind, words, files, edition=edition)


def _name(url: str) -> str:
    """What a file is called that comes without a name; of no address at all nothing is known.

    That it leads nowhere is told in the topic, when it is to be fetched.
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(path.rpartition("/")[2])


def _edition(event: events.Message | events.Edited) -> int | None:
    """Milliseconds: an edit that comes late does not undo the one after it."""
    if isinstance(event, events.Message) or event.timestamp is None:
        return None
    return int(event.timestamp.timestamp() * 1000)
