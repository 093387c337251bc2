"""A topic: where a ticket stands in the operators' group. The forum's own memory."""

from tortoise import fields
from tortoise.models import Model

from models.group import Group
from models.ticket import Ticket


class Topic(Model):
    """One ticket's present topic; a topic that vanished is replaced, not kept."""

    id = fields.BigIntField(primary_key=True)
    ticket: fields.OneToOneRelation[Ticket] = fields.OneToOneField(
        "models.Ticket", related_name="topic", on_delete=fields.CASCADE
    )
    ticket_id: int
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="topics", on_delete=fields.CASCADE
    )
    group_id: int
    thread_id = fields.BigIntField()
    name = fields.CharField(max_length=128)
    icon = fields.CharField(max_length=64, db_default="", default="")
    card_id = fields.BigIntField(null=True)  # message id of the card, once it is posted
    card = fields.TextField(null=True)  # fingerprint of the card as shown, to spare an edit
    is_closed = fields.BooleanField(db_default=False, default=False)
    is_pinned = fields.BooleanField(db_default=False, default=False)

    class Meta:
        table = "topic"
        unique_together = (("group_id", "thread_id"),)


class FormerTopic(Model):
    """A topic that its ticket has left for another group: who goes on there is told so."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField(
        "models.Group", related_name="former_topics", on_delete=fields.CASCADE
    )
    group_id: int
    thread_id = fields.BigIntField()
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField(
        "models.Ticket", related_name="former_topics", on_delete=fields.CASCADE
    )
    ticket_id: int

    class Meta:
        table = "former_topic"
        unique_together = (("group_id", "thread_id"),)
