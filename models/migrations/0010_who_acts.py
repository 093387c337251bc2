from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0009_what_is_kept_how_long')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Event',
            name='actor',
            field=fields.CharField(default='system', db_default='system', max_length=12),
        ),
        ops.AddField(
            model_name='Event',
            name='after',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Event',
            name='before',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Event',
            name='cause',
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name='Event',
            name='customer',
            field=fields.ForeignKeyField('models.Customer', source_field='customer_id', null=True, db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.SET_NULL),
        ),
        # What was written before is told in the same words now.
        ops.RunSQL(
            """
            UPDATE event SET actor = CASE WHEN operator_id IS NULL THEN 'system' ELSE 'operator' END;
            UPDATE event SET details = NULL,
                before = jsonb_build_object('status', details->'from'),
                after = jsonb_build_object('status', details->'to')
            WHERE name = 'status';
            UPDATE event SET details = NULL, before = jsonb_build_object('notes_mode', NOT (details->>'on')::boolean),
                after = jsonb_build_object('notes_mode', (details->>'on')::boolean)
            WHERE name = 'notes mode';
            UPDATE event SET after = '{"status": "new"}' WHERE name = 'opened';
            """
        ),
    ]
