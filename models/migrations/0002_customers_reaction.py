from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0001_first')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='reaction',
            field=fields.CharField(null=True, max_length=16),
        ),
        # Delivery marks are no deliveries any more: nobody would ever claim these.
        ops.RunSQL("""
            UPDATE delivery SET state = 'dropped', dead_at = now(), last_error = 'marks are kept in memory'
            WHERE kind = 'mark' AND state IN ('head', 'waiting', 'claimed')
        """),
    ]
