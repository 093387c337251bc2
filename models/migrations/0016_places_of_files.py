from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0015_replies')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='reply_place',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Post',
            name='place',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name='Trace',
            name='place',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
    ]
