"""A post: where a message of a ticket stands in the operators' group."""

from tortoise import fields
from tortoise.models import Model

from models.group import Group
from models.message import Message


class Post(Model):
    """Several rows share a post when words were merged; one message has several when split.

    `place`: which of its files stands there; what is of the whole stands with the first.
    """

    id = fields.BigIntField(primary_key=True)
    message: fields.ForeignKeyRelation[Message] = fields.ForeignKeyField(
        "models.Message", related_name="posts", on_delete=fields.CASCADE
    )
    message_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="posts", on_delete=fields.CASCADE
    )
    group_id: int
    post_id = fields.BigIntField()  # Telegram's message id in the group
    place = fields.SmallIntField(db_default=0, default=0)
    on_card = fields.BooleanField(db_default=False, default=False)

    class Meta:
        table = "post"
        indexes = (("group_id", "post_id"), ("message_id",))
