"""The webhook bridge: sites, programs and exchanges that call us, and are called.

An address is `<endpoint>:<customer there>`. A message's id is the other side's, or the one that we
have given it: the delivery's. What crosses is told in docs/webhook.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import orjson
from aiohttp import ClientSession, web
from pydantic import ValidationError

from bot.bridges.base import Counter, Ids
from bot.bridges.webhook import (
    answering,
    arriving,
    believing,
    calls,
    endpoints,
    events,
    sending,
    signing,
)
from bot.bridges.webhook.answering import LinkGiver
from bot.bridges.webhook.arriving import CHANNEL, whose
from bot.bridges.webhook.endpoints import Endpoint
from bot.bridges.webhook.events import Given
from bot.bridges.webhook.fetching import Fetcher
from bot.bridges.webhook.resting import Rests
from bot.bridges.webhook.sending import Declined
from bot.config import Settings
from bot.desk.outbox.carrying import TryLater, Undeliverable, cannot
from bot.desk.said import ChannelAddress, Outgoing
from bot.desk.said.attachments import Attachment
from bot.files import Store

NOT_THERE = 404
OURS = "topicdesk-"  # before a delivery's number: the other side may count its own messages


class Webhook:
    """All endpoints of the settings."""

    name = CHANNEL

    def __init__(
        self, known: Mapping[str, Endpoint], language: str, files: Store, lender: LinkGiver
    ) -> None:
        """`language`: the operators', for what is made of calls.

        `files` is where theirs are kept, `lender` gives links to ours.
        """
        self._endpoints = known
        self._language = language
        self._lender = lender
        self._fetchers = {name: Fetcher(files, each.files_from) for name, each in known.items()}
        self._counter: Counter | None = None
        self._http: ClientSession | None = None
        self._rests = Rests()

    async def start(self, counter: Counter) -> None:
        """Nobody is called before there is something to say."""
        await self.stop()
        self._counter, self._http = counter, ClientSession()

    async def stop(self) -> None:
        """Close the connections."""
        for fetcher in self._fetchers.values():
            await fetcher.close()
        http, self._http, self._counter = self._http, None, None
        if http:
            await http.close()

    def routes(self) -> Iterable[web.RouteDef]:
        """`/channels/webhook/<endpoint>`, and with its secret for who cannot sign."""
        for path in ("/{endpoint}", "/{endpoint}/{secret}"):
            yield web.post(path, self._come)
            yield web.get(path, self._come, allow_head=False)

    async def _come(self, request: web.Request) -> web.Response:
        name = request.match_info["endpoint"]
        endpoint = self._endpoints.get(name)
        if endpoint is None:
            raise web.HTTPNotFound
        counter = self._counter
        if counter is None:
            raise web.HTTPServiceUnavailable
        body = await request.read()
        believing.check(endpoint, request, body)
        if event := self._event(endpoint, request, body):
            if endpoint.keys:  # what was signed can be captured
                counter = counter.once(signing.envelope(name, request.headers, body))
            await arriving.hand_in(counter, name, event)
        answer = endpoint.answer
        return web.json_response(body=orjson.dumps(answer.body), status=answer.status)

    def _event(
        self, endpoint: Endpoint, request: web.Request, body: bytes
    ) -> events.Incoming | None:
        if endpoint.reads:
            return calls.read(endpoint.reads, request, body, self._language)
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        return events.read(body)

    async def turn(self, address: ChannelAddress) -> float:
        """Nobody has to wait but for an endpoint that is in trouble."""
        return self._rests.turn(whose(address)[0])

    async def send(self, outgoing: Outgoing) -> Sequence[Ids]:
        """One call, whose id is the same at every try."""
        self._check(outgoing.address, events.Answered.act)
        number = f"{OURS}{outgoing.delivery_id or uuid4().hex}"
        answer = await answering.answer(outgoing, number, self._lender)
        said = await self._call(outgoing.address, events.Answered, answer, number)
        return [[_theirs(said) or number]]

    async def edit(self, outgoing: Outgoing, stands: list[list[str]], place: int) -> Sequence[Ids]:
        """Say what it says now: what is one message here is one there."""
        self._check(outgoing.address, events.Changed.act)
        data = await answering.change(outgoing, stands[0][0], self._lender)
        await self._call(outgoing.address, events.Changed, data)
        return stands

    async def unsend(self, address: ChannelAddress, external_ids: list[str]) -> None:
        """What is not there any more has been taken back."""
        for each in external_ids:
            data = events.Gone(id=each, to=whose(address)[1])
            try:
                await self._call(address, events.TakenBack, data)
            except Declined as error:
                if error.status != NOT_THERE:
                    raise

    async def react(self, address: ChannelAddress, external_id: str, emoji: str) -> None:
        """What was never shown need not be taken back."""
        data = events.OurEmoji(id=external_id, to=whose(address)[1], emoji=emoji)
        if emoji or self._can(address, events.OursReacted.act):
            await self._call(address, events.OursReacted, data)

    async def fetch(self, address: ChannelAddress, file: Attachment) -> Attachment:
        """A customer's file, from where it is said to be."""
        name = self._known(address)
        if self._http is None:
            raise TryLater("not started", certain=True)
        return await self._fetchers[name].fetch(file)

    def _known(self, address: ChannelAddress) -> str:
        """Its endpoint. Raises Undeliverable where the settings have it no more."""
        name, _who = whose(address)
        if name not in self._endpoints:
            raise Undeliverable("not set up")
        return name

    def _check(self, address: ChannelAddress, act: str) -> None:
        """Raises Undeliverable for what its endpoint cannot do."""
        self._known(address)
        if not self._can(address, act):
            raise cannot(act)

    def _can(self, address: ChannelAddress, act: str) -> bool:
        endpoint = self._endpoints.get(whose(address)[0])
        return bool(endpoint and endpoint.url and (act == "send" or act in endpoint.can))

    async def _call(
        self,
        address: ChannelAddress,
        kind: type[events.Ours],
        data: events.Gone,
        number: str | None = None,
    ) -> bytes:
        """Raises TryLater or Undeliverable. `number` tells another try from another event."""
        self._check(address, kind.act)
        if self._http is None:
            raise TryLater("not started", certain=True)
        name, _who = whose(address)
        event = kind(timestamp=datetime.now(UTC), data=data)
        body = event.model_dump_json(exclude_none=True).encode()
        number = number or uuid4().hex
        with self._rests.call(name):
            return await sending.call(self._http, self._endpoints[name], number, body)


def built(settings: Settings, files: Store, lender: LinkGiver) -> Webhook | None:
    """With the endpoints of WEBHOOKS; None where it is not set. Raises BadSetting."""
    known = endpoints_of(settings)
    return None if known is None else Webhook(known, settings.language, files, lender)


def endpoints_of(settings: Settings) -> Mapping[str, Endpoint] | None:
    """Those of WEBHOOKS; None where it is not set. Raises BadSetting."""
    setting = settings.webhooks
    return None if setting is None else endpoints.load(setting.get_secret_value())


def _theirs(said: bytes) -> str | None:
    """The id that the other side has given it, if it has told one that can be kept."""
    try:
        return Given.model_validate_json(said).id
    except ValidationError:
        return None
