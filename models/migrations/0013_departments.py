from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0012_memberships')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Department',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(default='', db_default='', max_length=64)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'department', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Called as its group is, until it is given a name. There is one until a second group comes.'},
            bases=['Model'],
        ),
        # The first, of which everything is until there is another.
        ops.RunSQL("INSERT INTO department (created_at) VALUES (now())"),
        ops.AddField(
            model_name='Group',
            name='department',
            field=fields.ForeignKeyField('models.Department', source_field='department_id', default=1, db_constraint=True, to_field='id', db_default=1, related_name='groups', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Ticket',
            name='department_id',
            field=fields.BigIntField(default=1, db_default=1),
        ),
    ]
