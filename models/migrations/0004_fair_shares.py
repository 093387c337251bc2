from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.db_defaults import Now
from tortoise import fields
from tortoise.indexes import Index, PartialIndex

class Migration(migrations.Migration):
    dependencies = [('models', '0003_how_a_group_stands')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Delivery',
            name='customer_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Delivery',
            name='rank',
            field=fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
        ),
        ops.AddIndex(
            model_name='Delivery',
            index=PartialIndex(fields=['gate', 'priority', 'rank', 'id'], name='delivery_rank', condition={'state': 'head'}),
        ),
        ops.AddIndex(
            model_name='Delivery',
            index=Index(fields=['customer_id', 'rank']),
        ),
    ]
