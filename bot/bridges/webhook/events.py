"""What crosses a webhook, both ways: version 1. `schema.py` tells others of it.

Who reads it leaves alone what it does not know, so that fields may be added.
"""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    TypeAdapter,
    ValidationError,
)

from bot.bridges.base import Malformed

Id = Annotated[str, Field(min_length=1, max_length=998)]
Url = Annotated[str, Field(pattern="^https?://[^\\s]+$", max_length=2048)]


class Shape(BaseModel):
    """A number where an id is asked for is an id: many have no others."""

    model_config = ConfigDict(
        coerce_numbers_to_str=True, populate_by_name=True, hide_input_in_errors=True
    )


class Entity(Shape):
    """A format of the text, as in the Bot API; offset and length are in UTF-16 code units."""

    type: str
    offset: NonNegativeInt
    length: PositiveInt
    url: Url | None = None
    language: str | None = None


class Sender(Shape):
    """A customer, as the other side knows them; `language` is an IETF tag."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    name: str = ""
    language: str = ""


class About(Shape):
    """What is about a message that was there before."""

    id: Id
    sender: Sender = Field(alias="from")


class Linked(Shape):
    """A file, by a link to it."""

    url: Url
    name: Annotated[str, Field(max_length=255)] = ""


class Said(About):
    """A message of a customer."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    reply_to: Id | None = None
    attachments: Annotated[tuple[Linked, ...], Field(max_length=10)] = ()


class Emoji(About):
    """A reaction to a message, theirs or ours; an empty one takes it back."""

    emoji: str


class Whose(Shape):
    """What is about no message."""

    sender: Sender = Field(alias="from")


class Event(Shape):
    """`timestamp` is when it happened: of two edits, reactions or blocks the later one counts."""

    timestamp: AwareDatetime | None = None


class Message(Event):
    """A customer has written."""

    type: Literal["message"]
    data: Said


class Edited(Event):
    """A message says something else now."""

    type: Literal["edited"]
    data: Said


class Deleted(Event):
    """A customer has deleted a message."""

    type: Literal["deleted"]
    data: About


class Reacted(Event):
    """A customer has reacted to a message."""

    type: Literal["reacted"]
    data: Emoji


class Blocked(Event):
    """A customer does not want to hear of us."""

    type: Literal["blocked"]
    data: Whose


class Returned(Event):
    """A customer lets us in again."""

    type: Literal["returned"]
    data: Whose


Incoming = Message | Edited | Deleted | Reacted | Blocked | Returned
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Incoming, Field(discriminator="type")])


def read(body: bytes) -> Incoming:
    """An event from JSON. Raises Malformed, which names the field."""
    return _checked(INCOMING.validate_json, body)


def made(event: dict[str, Any]) -> Incoming:
    """An event of what was found elsewhere. Raises Malformed, as `read`."""
    return _checked(INCOMING.validate_python, event)


def _checked(check: Callable[[Any], Incoming], given: Any) -> Incoming:
    try:
        return check(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        raise Malformed(f"{place}: {first['msg']}".removeprefix(": ")) from error


class Gone(Shape):
    """An answer that was taken back."""

    id: Id
    to: str


class Attached(Shape):
    """A file of ours; its link is good for 30 days. `size` is in bytes."""

    url: Url
    name: str = ""
    kind: str = "document"
    mime: str | None = None
    size: int | None = None


class Change(Gone):
    """What an answer says now."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()
    attachments: tuple[Attached, ...] | None = None


class Answer(Change):
    """A message to a customer."""

    ticket: int | None = None
    reply_to: Id | None = None
    quote: str | None = None
    automatic: bool = False
    language: str = "en"


class OurEmoji(Gone):
    """An operator's reaction to a message, theirs or ours; an empty one takes it back."""

    emoji: str


class Ours(Shape):
    """What we tell the other side, if it can `act` so; `timestamp` is when we did."""

    act: ClassVar[str]

    timestamp: AwareDatetime
    data: Gone


class Answered(Ours):
    """We say something; the answer to it may be JSON with the `id` of the message over there."""

    act = "send"

    type: Literal["message"] = "message"
    data: Answer


class Changed(Ours):
    """We have changed it. Comes only to who `can` edit."""

    act = "edit"

    type: Literal["edited"] = "edited"
    data: Change


class TakenBack(Ours):
    """We have taken it back. Comes only to who `can` unsend."""

    act = "unsend"

    type: Literal["deleted"] = "deleted"


class OursReacted(Ours):
    """We react to it. Comes only to who `can` react."""

    act = "react"

    type: Literal["reacted"] = "reacted"
    data: OurEmoji


class Given(Shape):
    """What the answer to a call of ours may say: what the message is called there, in our rows."""

    id: Annotated[Id, Field(pattern=r"^[^\x00]*$")]


Outgoing = Answered | Changed | TakenBack | OursReacted
OUTGOING: TypeAdapter[Outgoing] = TypeAdapter(Annotated[Outgoing, Field(discriminator="type")])
