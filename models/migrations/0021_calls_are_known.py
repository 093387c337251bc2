from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0020_departments_that_were_dissolved')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SeenCall',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('channel', fields.CharField(max_length=20)),
                ('envelope', fields.CharField(max_length=64)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'seen_call', 'app': 'models', 'unique_together': (('channel', 'envelope'),), 'indexes': [Index(fields=['at'])], 'pk_attr': 'id', 'table_description': 'What a channel was brought in an envelope with a number of its own, as `SeenUpdate`.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Address',
            name='turned_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Message',
            name='reacted_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
