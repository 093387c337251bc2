"""What goes out: contents as events; each file is a link, what is neither is told in words."""

from typing import Protocol

from bot import wording
from bot.bridges.webhook import events
from bot.bridges.webhook.arriving import whose
from bot.desk.said import Outgoing
from bot.desk.said.attachments import Attachment
from bot.desk.words import Words

Shown = tuple[Words, tuple[events.Attached, ...] | None]


class LinkGiver(Protocol):
    """Who gives links to files, wherever these are."""

    async def link(self, file: Attachment, of: tuple[int, int] | None = None) -> str:
        """Its address; `of` the message that has it, and its place there.

        Raises Undeliverable where no link can be given, or the file cannot be had; TryLater.
        """


async def answer(outgoing: Outgoing, number: str, lender: LinkGiver) -> events.Answer:
    """A message, with all of its files."""
    words, files = await _shown(outgoing, lender)
    return events.Answer(
        id=number,
        to=whose(outgoing.address)[1],
        text=words.text,
        entities=words.entities,
        attachments=files,
        ticket=outgoing.ticket,
        reply_to=outgoing.reply_to,
        quote=outgoing.quote.words.text if outgoing.reply_to and outgoing.quote else None,
        automatic=outgoing.automatic,
        language=outgoing.language,
    )


async def change(outgoing: Outgoing, external_id: str, lender: LinkGiver) -> events.Change:
    """What an answer says now; a file that is another now is kept as the first one was."""
    words, files = await _shown(outgoing, lender)
    return events.Change(
        id=external_id,
        to=whose(outgoing.address)[1],
        text=words.text,
        entities=words.entities,
        attachments=files,
    )


async def _shown(outgoing: Outgoing, lender: LinkGiver) -> Shown:
    """Its words, and its files by their links, in the order in which they were said."""
    files = await _linked(outgoing, lender)
    if not files:
        return wording.in_words(outgoing.content), None
    return wording.headed(outgoing.content).words, files


async def _linked(outgoing: Outgoing, lender: LinkGiver) -> tuple[events.Attached, ...]:
    found: list[events.Attached] = []
    places = outgoing.places
    for place in outgoing.content.order():
        file = outgoing.content.attachments[place]
        url = await lender.link(file, places[place] if places else None)
        known = {"url": url, "name": file.name, "kind": file.kind, "size": file.size}
        found.append(events.Attached.model_validate(known | {"mime": file.mime or None}))
    return tuple(found)
