from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0028_signs')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Branch',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ticket', fields.ForeignKeyField('models.Ticket', source_field='ticket_id', db_constraint=True, to_field='id', related_name='branches', on_delete=OnDelete.CASCADE)),
                ('chat_id', fields.BigIntField()),
                ('thread_id', fields.BigIntField()),
                ('name', fields.CharField(null=True, max_length=128)),
                ('turned_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'branch', 'app': 'models', 'unique_together': (('chat_id', 'thread_id'),), 'indexes': [Index(fields=['ticket_id'])], 'pk_attr': 'id', 'table_description': "Telegram's own memory (`bot/telegram/branches.py`); the desk knows of no such table."},
            bases=['Model'],
        ),
    ]
