from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('models', '0004_fair_shares')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='edition',
            field=fields.BigIntField(null=True),
        ),
        ops.RemoveIndex(
            model_name='Trace',
            name=None,
            fields=['address_id', 'external_id'],
        ),
        # What was taken twice before is kept; the first of both stands for the place.
        ops.RunSQL(
            """
            DELETE FROM trace USING trace AS first
            WHERE first.address_id = trace.address_id AND first.external_id = trace.external_id
              AND first.id < trace.id
            """
        ),
        ops.AddConstraint(
            model_name='Trace',
            constraint=UniqueConstraint(fields=('address_id', 'external_id'), name='trace_place'),
        ),
    ]
