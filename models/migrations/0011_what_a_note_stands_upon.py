from tortoise import fields, migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [('models', '0010_who_acts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='upon_id',
            field=fields.BigIntField(null=True),
        ),
        # Until now this was told by the posts that both stand at. Of a note that a process of the
        # version before makes after this, nobody knows it: it is one of its own.
        ops.RunSQL(
            """
            UPDATE message SET upon_id = beneath.id
            FROM post JOIN post AS other USING (group_id, post_id)
                JOIN message AS beneath ON beneath.id = other.message_id
            WHERE message.direction = 'note' AND message.reply_to_id IS NOT NULL
                AND post.message_id = message.id
                AND beneath.direction = 'out' AND beneath.ticket_id = message.ticket_id;
            """
        ),
    ]
