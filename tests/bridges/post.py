"""Post: a channel that can send and receive, and nothing besides; and its other side."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import Mock

from redis.asyncio import Redis

from bot.bridges.base import Counter, Ids
from bot.desk.outbox.carrying import TryLater, Undeliverable
from bot.desk.said import ChannelAddress, Content, Incoming, Outgoing, Person
from bot.desk.words import Words
from tests.bridges.other_side import How, OtherSide


class Post:
    """Letters. `letters` is what has arrived; `trouble` is raised by the next calls."""

    name = "post"

    def __init__(self) -> None:
        self.letters: list[Outgoing] = []
        self.trouble: list[Exception] = []
        self.starts: list[Exception | None] = []  # what each of the next starts raises
        self.counter: Counter | None = None
        self.stopped = 0

    async def start(self, counter: Counter) -> None:
        """Open the office."""
        failed = self.starts.pop(0) if self.starts else None
        if failed:
            raise failed
        self.counter = counter

    async def stop(self) -> None:
        """Close it."""
        self.counter = None
        self.stopped += 1

    async def turn(self, address: ChannelAddress) -> float:
        """Letters do not wait for one another."""
        return 0.0

    async def send(self, outgoing: Outgoing) -> Sequence[Ids]:
        """A letter; files are told in words."""
        if self.counter is None:
            raise RuntimeError("the office is closed")
        if self.trouble:
            raise self.trouble.pop(0)
        self.letters.append(outgoing)
        return [[f"letter {len(self.letters)}"]]

    # The other side

    @property
    def read(self) -> list[str]:
        """What the customers have read, in order."""
        return [told(letter.content) for letter in self.letters]

    async def comes(self, who: str, number: str, text: str, **how: Any) -> bool:
        """A customer's letter comes in."""
        assert self.counter is not None
        return await self.counter.receive(letter(who, number, text, **how))


def letter(who: str, number: str, text: str, **how: Any) -> Incoming:
    """A letter as the bridge hands it in."""
    place = ChannelAddress(Post.name, who)
    return Incoming(place, Person(who.title()), number, Content(words=Words(text)), **how)


def told(part: Content) -> str:
    """A part in words."""
    return part.words.text if part.kind == "text" else f"[{part.kind}] {part.words.text}"


class Letterbox:
    """The other side of the contract (`test_contract.py`)."""

    def __init__(self, post: Post) -> None:
        self.bridge = self._post = post
        self.address = ChannelAddress(Post.name, "anna")

    def read(self) -> list[str]:
        """Her letters."""
        return self._post.read

    def given(self) -> str:
        """Whatever stands on them."""
        return str(self._post.letters)

    def photo(self, caption: str) -> Content:
        """One from anywhere."""
        return Content("photo", Words(caption))

    def fails(self, how: How) -> None:
        """The road is closed, or she has moved."""
        later = TryLater("the road is closed", certain=True)
        self._post.trouble.append(later if how == "later" else Undeliverable("gone"))


@asynccontextmanager
async def other_side(_redis: Redis) -> AsyncIterator[OtherSide]:
    """An office that is open."""
    post = Post()
    post.counter = Mock()
    yield Letterbox(post)
