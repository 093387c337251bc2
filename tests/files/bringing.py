"""Files that are brought into the store and from Telegram, for the tests beside."""

from typing import Any

from bot.desk import outbox
from bot.desk.said import ChannelAddress, Content, Incoming, Person
from bot.desk.said.attachments import Attachment, Sources
from bot.desk.talk import intake, outgoing
from bot.desk.words import Words
from bot.forum.groups import now
from bot.telegram import reading
from models import Message
from sandbox.files import File
from tests.files.test_store import LONG, MANY, PICTURE, pieces
from tests.forum.scene import Json, Scene

WIDE = b"\x89PNG\r\n\x1a\n" + bytes(8) + (9000).to_bytes(4) + (9000).to_bytes(4) + bytes(64)


async def brings(scene: Scene, data: bytes, kind: str = "document", **how: Any) -> Message:
    """A customer of another channel says something with a file."""
    stored = await scene.store.put(pieces(data), MANY)
    source = Sources(key=stored.key, link=how.pop("link", ""))
    file = Attachment(kind, how.pop("name", "bill.pdf"), sources=source)
    content = Content(kind, Words(how.pop("text", "")), (file,), **how)
    count = await Message.all().count()
    incoming = Incoming(ChannelAddress("webhook", "anna"), Person("Anna"), str(count), content)
    async with outbox.transaction():
        taken = await intake.receive(incoming, now(), reopen_days=7)
    return await Message.get(id=taken.message_id)


def shown(scene: Scene, kind: str) -> tuple[Json, bytes]:
    """The last post of this kind, and the bytes of its file."""
    post = next(one for one in reversed(scene.topic()) if kind in one)
    about = post[kind][-1] if kind == "photo" else post[kind]
    file = scene.sandbox.world.files.find(about["file_id"])
    assert isinstance(file, File)
    return post, scene.sandbox.world.files.bytes_of(file)


async def bring_album(scene: Scene, *names: str, size: int) -> list[Json]:
    """Files of 12 MB each, in one message; gives their posts."""
    stored = await scene.store.put(pieces(LONG), MANY)
    source = Sources(key=stored.key)
    files = tuple(Attachment("document", name, size=size, sources=source) for name in names)
    content = Content("document", Words("All of it"), files)
    incoming = Incoming(ChannelAddress("webhook", "anna"), Person("Anna"), "album", content)
    async with outbox.transaction():
        await intake.receive(incoming, now(), reopen_days=7)
    await scene.carry()
    return [post for post in scene.topic() if "document" in post]


async def uploaded(scene: Scene, kind: str) -> Sources:
    """Where a file can be got that this bot has shown."""
    message = await brings(scene, PICTURE, kind=kind)
    await scene.carry()
    (file,) = outgoing.content_of(await Message.get(id=message.id)).attachments
    return file.sources


async def telegrams(scene: Scene, data: bytes, **how: Any) -> Attachment:
    sent = scene.anna.sends(scene.bot, "document", data=data, filename="a.txt", **how)
    content = reading.content(scene.as_update(sent))
    assert content is not None
    return content.attachments[0]
