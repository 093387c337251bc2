from tortoise import migrations
from tortoise.migrations import operations as ops
from models.columns import LetGo
from models.membership import Role, Standing
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0011_what_a_note_stands_upon')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Membership',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('operator', fields.ForeignKeyField('models.Operator', source_field='operator_id', db_constraint=True, to_field='id', related_name='memberships', on_delete=OnDelete.CASCADE)),
                ('group', fields.ForeignKeyField('models.Group', source_field='group_id', db_constraint=True, to_field='id', related_name='memberships', on_delete=OnDelete.CASCADE)),
                ('standing', fields.CharEnumField(description='OWNER: owner\nADMIN: admin\nMEMBER: member\nGONE: gone\nUNKNOWN: unknown', enum_type=Standing, max_length=8)),
                ('role', fields.CharEnumField(null=True, description='OWNER: owner\nADMIN: admin\nLEAD: lead\nOPERATOR: operator\nOBSERVER: observer', enum_type=Role, max_length=8)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'membership', 'app': 'models', 'unique_together': (('operator_id', 'group_id'),), 'indexes': [Index(fields=['group_id'])], 'pk_attr': 'id', 'table_description': "`standing` is Telegram's, `role` is ours: neither is changed by the other."},
            bases=['Model'],
        ),
        ops.AlterField(
            model_name='Event',
            name='ticket',
            field=fields.ForeignKeyField('models.Ticket', source_field='ticket_id', null=True, db_constraint=True, to_field='id', related_name='events', on_delete=OnDelete.CASCADE),
        ),
        ops.AlterModelOptions(
            name='Operator',
            options={'table': 'operator', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Known by the Telegram user id; what they are in each group is a `Membership`.'},
        ),
        # The version before asks Telegram about whom this one makes known to it.
        ops.RunSQL("ALTER TABLE operator ALTER COLUMN is_member SET DEFAULT FALSE"),
        LetGo(model_name='Operator', name='is_admin'),
        LetGo(model_name='Operator', name='is_member'),
    ]
