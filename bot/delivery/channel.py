"""The gate of one customer channel: deliveries become calls of its bridge."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from bot import sentences, texts, wording
from bot.bridges.base import (
    Bridge,
    CanEdit,
    CanReact,
    CanUnsend,
    Ids,
    ShowsButtons,
    Threaded,
)
from bot.budget import Budget
from bot.delivery.fetching import Fetching
from bot.delivery.gate import Batch, Gate, NotYet
from bot.desk.outbox import claims
from bot.desk.outbox.carrying import NO_NUMBER, Carried, Undeliverable, cannot
from bot.desk.outbox.deliveries import Parcel
from bot.desk.outbox.drafts import Kind
from bot.desk.outbox.kinds import to_customer
from bot.desk.outbox.kinds.to_customer import ToCustomer
from bot.desk.people import customers
from bot.desk.said import ChannelAddress, Content, Outgoing
from bot.desk.said.sentences import Choices, Said
from bot.desk.talk import outgoing
from bot.desk.tickets import signs

log = structlog.get_logger(__name__)

SHORT_WAIT = 0.1  # seconds; a turn that comes so soon is worth waiting for on the spot
LOOK_AGAIN = 0.2  # seconds, while messages gather or the channel is not started
ASK_AGAIN = 0.5  # seconds, while Telegram keeps what may belong to them
MOST_REMEMBERED = 10_000
# Where nothing can be sent, nobody waits for what the bot would say, and nobody misses it.
UNHEARD = ("cannot send", "not set up")


Carry = Callable[
    [Any, ChannelAddress, Parcel], Awaitable[Carried | None]
]  # Any: of the kind's type


async def _nothing() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Intake:
    """Whether some of a message that gathers may still be on its way, with a mark on it.

    `caught_up`: all that came to this process has been done. `nothing_kept`: Telegram keeps
    nothing that it will bring to any process; it is asked before each such message, not more.
    """

    caught_up: Callable[[], bool] = lambda: True
    nothing_kept: Callable[[], Awaitable[bool]] = _nothing


@dataclass(frozen=True, slots=True)
class Channel:
    """A bridge, and whether it is started: until then its deliveries wait, or others have them."""

    bridge: Bridge
    is_up: Callable[[], bool] = lambda: True


class ChannelGate(Gate):
    """Claims as many parcels as there are free carriers; each address has its own pace."""

    def __init__(
        self,
        worker: int,
        carriers: int,
        budget: Budget,
        channel: Channel,
        delivered: Callable[[int], None],
        intake: Intake,
    ) -> None:
        """`delivered` is told the first message of each answer that has arrived."""
        bridge = channel.bridge
        super().__init__(bridge.name, worker, carriers, budget)
        self._bridge, self._is_up = bridge, channel.is_up
        self._threaded = isinstance(bridge, Threaded) and bridge.threaded
        self._has_buttons = isinstance(bridge, ShowsButtons) and bridge.shows_buttons
        self._delivered = delivered
        self._intake = intake
        self._addresses: dict[int, ChannelAddress] = {}
        self._outgoing = outgoing.gathering()
        self._kinds: dict[type[Kind], Carry] = {
            to_customer.Message: self._message,
            to_customer.Say: self._say,
            to_customer.Resay: self._resay,
            to_customer.Sign: self._sign,
            to_customer.Edit: self._edit,
            to_customer.Unsend: self._unsend,
            to_customer.React: self._react,
            to_customer.Fetch: Fetching(bridge, most=max(1, carriers // 2)).carry,
        }

    async def take(self, room: int) -> list[Batch] | float:
        """Claim what is due, the most urgent first."""
        if not self._is_up():
            return LOOK_AGAIN
        now = datetime.now(UTC)
        if self._intake.caught_up():
            heads = await claims.claim(self.name, self.worker, now, limit=room)
            return [[head] for head in heads] or await self.until_due()
        heads = await claims.claim_whole(self.name, self.worker, now, room)
        return [[head] for head in heads] or max(LOOK_AGAIN, await self.until_due())

    def arrived(self, batch: Batch) -> None:
        """Answers are told of; what the bot itself says is not."""
        what = batch[0].what
        if isinstance(what, to_customer.Message):
            self._delivered(what.messages[0])

    async def carry(self, batch: Batch) -> Carried | None:
        """Call the bridge when it is this address' turn, and what gathers when it is whole."""
        parcel = batch[0]
        what = parcel.what
        assert isinstance(what, ToCustomer)
        gathers = isinstance(what, to_customer.Message) and what.gathers
        if gathers and not await self._intake.nothing_kept():
            raise NotYet(ASK_AGAIN)
        address = await self._address(what.address)
        wait = 0.0 if isinstance(what, to_customer.Fetch) else await self._bridge.turn(address)
        if wait and wait <= SHORT_WAIT:
            await asyncio.sleep(wait)
            wait = await self._bridge.turn(address)
        if wait:
            raise NotYet(wait)
        return await self._kinds[type(what)](what, address, parcel)

    async def _message(
        self, what: to_customer.Message, address: ChannelAddress, parcel: Parcel
    ) -> Carried | None:
        found = await outgoing.of(what.messages, address, self._outgoing)
        if found is None:
            return None
        leaving = self._in_its_way(found)
        posted = await self._send(parcel, leaving, what.address)
        owners = zip(
            leaving.places, posted, strict=False
        )  # told as a whole, it stands with the first
        traces = [
            (message_id, what.address, each, place)
            for (message_id, place), ids in owners
            for each in ids
        ]
        return Carried(external_id=_first(posted), kept=[(outgoing.keep, one) for one in traces])

    async def _say(
        self, said: to_customer.Say, address: ChannelAddress, parcel: Parcel
    ) -> Carried | None:
        leaving = await self._ours(address, said.address, said.said, said.buttons)
        leaving = replace(leaving, reply_to=said.reply_to, branch=said.branch)
        try:
            stands = _first(await self._send(parcel, leaving, said.address))
        except Undeliverable as error:
            if error.reason in UNHEARD:
                return None
            raise
        if not (said.is_sign and stands and parcel.ticket_id):
            return Carried(external_id=stands)
        put_up = partial(signs.put_up, parcel.ticket_id, said.address, stands, datetime.now(UTC))
        return Carried(external_id=stands, record=put_up)

    async def _resay(
        self, what: to_customer.Resay, address: ChannelAddress, parcel: Parcel
    ) -> Carried | None:
        """Where it cannot be changed any more, it is said anew."""
        try:
            if await self._change(address, what.address, what.stands, what.said, what.buttons):
                return Carried(external_id=what.stands)
        except Undeliverable as error:
            log.info("it cannot be changed, so it is said anew", reason=str(error))
        anew = to_customer.Say(what.address, what.said, what.buttons, branch=what.branch)
        return await self._say(anew, address, parcel)

    async def _sign(
        self, what: to_customer.Sign, address: ChannelAddress, _parcel: Parcel
    ) -> Carried | None:
        """Nobody waits for it: where it cannot be changed, it stays as it is, or is gone."""
        shown = await signs.to_show(what.ticket)
        if shown is None:
            return None
        said = shown.external_id, shown.said, shown.buttons
        try:
            changed = await self._change(address, what.address, *said)
        except Undeliverable as error:
            log.info("a sign cannot be changed", ticket=what.ticket, reason=str(error))
            return Carried(record=partial(signs.is_gone, what.ticket))
        if not changed:
            return None
        shows = partial(signs.shows, what.ticket, shown.face, datetime.now(UTC))
        return Carried(external_id=shown.external_id, record=shows)

    async def _change(
        self, address: ChannelAddress, number: int, stands: str, said: Said, buttons: Choices
    ) -> bool:
        """Say it where our own words stand. False: this channel cannot change what was sent."""
        if not isinstance(self._bridge, CanEdit):
            return False
        leaving = await self._ours(address, number, said, buttons)
        with texts.use(leaving.language):
            await self._bridge.edit(leaving, [[stands]], 0)
        return True

    async def _ours(
        self, address: ChannelAddress, number: int, said: Said, buttons: Choices
    ) -> Outgoing:
        """What the bot itself says, in the language that its reader reads now."""
        language = await customers.language_at(number)
        with texts.use(language):
            content, shown = Content(words=sentences.words(said)), sentences.buttons(buttons)
        return Outgoing(address, content, buttons=shown, language=language, automatic=True)

    async def _send(self, parcel: Parcel, leaving: Outgoing, stands: int) -> Sequence[Ids]:
        leaving = replace(
            leaving, delivery_id=parcel.id, uncertain=parcel.uncertain, ticket=parcel.ticket_id
        )
        if self._threaded and parcel.ticket_id:
            leaving = await outgoing.threaded(leaving, parcel.ticket_id, stands)
        with texts.use(leaving.language):
            return await self._bridge.send(leaving)

    async def _edit(
        self, what: to_customer.Edit, address: ChannelAddress, _parcel: Parcel
    ) -> Carried | None:
        message, bridge = what.message, self._bridge
        stands = await outgoing.traces(message)
        there = outgoing.at(stands, what.place)
        if None in there:
            raise Undeliverable(NO_NUMBER)
        found = await outgoing.of([message], address) if there else None
        if found is None:
            return None
        leaving = self._in_its_way(found)
        if not isinstance(bridge, CanEdit):
            raise cannot("edit")
        before = [outgoing.known(ids) for ids in stands]
        with texts.use(leaving.language):
            now = await bridge.edit(leaving, before, what.place)

        async def record() -> None:
            await outgoing.restand(message, now)

        moved = [*map(list, now)] != before
        return Carried(external_id=there[0], record=record if moved else None)

    async def _unsend(
        self, what: to_customer.Unsend, address: ChannelAddress, _parcel: Parcel
    ) -> Carried | None:
        parts = what.parts
        stands = [ids for part in parts for ids in await outgoing.traces(part)]
        traces = [each for ids in stands for each in ids]
        if known := outgoing.known(traces):
            if not isinstance(self._bridge, CanUnsend):
                raise cannot("unsend")
            await self._bridge.unsend(address, known)
        if None in traces:
            raise Undeliverable(NO_NUMBER)

        async def record() -> None:
            await outgoing.unsent(parts, datetime.now(UTC), had_left=bool(traces))

        return Carried(record=record)

    async def _react(
        self, what: to_customer.React, address: ChannelAddress, _parcel: Parcel
    ) -> Carried | None:
        emoji, stands = what.emoji, await outgoing.traces(what.message)
        traces = outgoing.at(stands, what.place)
        known = outgoing.known(traces)
        if not isinstance(self._bridge, CanReact):
            if traces and emoji:
                raise cannot("react")
            return None  # what is not shown need not be taken back
        if traces and not known:
            raise Undeliverable(NO_NUMBER)
        if not known:
            return None
        await self._bridge.react(address, known[0], emoji)
        return Carried(external_id=known[0])

    def _in_its_way(self, leaving: Outgoing) -> Outgoing:
        """With the buttons as words, where the channel shows none."""
        if self._has_buttons or not leaving.buttons:
            return leaving
        return replace(leaving, content=wording.numbered(leaving), buttons=[])

    async def _address(self, number: int) -> ChannelAddress:
        """An address never changes, so it is read once."""
        known = self._addresses.get(number)
        if known is None:
            found = await customers.by_id(number)
            if len(self._addresses) >= MOST_REMEMBERED:
                self._addresses.clear()
            known = self._addresses[number] = ChannelAddress(found.channel, found.external_id)
        return known


def _first(posted: Sequence[Ids]) -> str | None:
    """What of the channel's ids is known, the first."""
    return next((each for ids in posted for each in ids if each), None)
