from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0027_who_has_what')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Sign',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ticket', fields.ForeignKeyField('models.Ticket', source_field='ticket_id', db_constraint=True, to_field='id', related_name='signs', on_delete=OnDelete.CASCADE)),
                ('address', fields.ForeignKeyField('models.Address', source_field='address_id', db_constraint=True, to_field='id', related_name='signs', on_delete=OnDelete.CASCADE)),
                ('external_id', fields.CharField(max_length=998)),
                ('face', fields.CharField(max_length=12)),
                ('stood_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'sign', 'app': 'models', 'unique_together': (('ticket_id',),), 'pk_attr': 'id', 'table_description': "`external_id` is the channel's own; `face` what it shows now (`bot/desk/tickets/signs.py`)."},
            bases=['Model'],
        ),
    ]
