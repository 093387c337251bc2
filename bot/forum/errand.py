"""What the operators' side works with: the group, the bot, and the parcel in hand."""

from dataclasses import dataclass

from bot.desk.outbox.carrying import Carried
from bot.desk.outbox.deliveries import Parcel
from bot.forum.ground import Ground
from bot.telegram.speaker import Reply, Speaker
from models import Group, Post
from models.rows import find


@dataclass(frozen=True, slots=True)
class Errand:
    """Parcels of one lane that are carried together, and the voice that carries them."""

    ground: Ground
    parcels: list[Parcel]
    group: Group
    speaker: Speaker

    @property
    def parcel(self) -> Parcel:
        """The first of them."""
        return self.parcels[0]

    @property
    def ticket_id(self) -> int:
        """The ticket that all this is about."""
        if self.parcel.ticket_id is None:
            raise ValueError(f"a {self.parcel.kind} parcel is about a ticket")
        return self.parcel.ticket_id

    async def posts(self, message_id: int) -> list[Post]:
        """Where a message stands in the group, in order."""
        where = "message_id = $1 AND group_id = $2 ORDER BY id"
        return await find(Post, where, message_id, self.group.id)

    async def reply_to(self, message_id: int | None, place: int = 0) -> Reply | None:
        """An answer to the post of this message, and of this file of it where that has one."""
        posts = await self.posts(message_id) if message_id else []
        found = [post for post in posts if post.place == place] or posts
        return Reply(found[0].post_id) if found else None


NOTHING = Carried()
