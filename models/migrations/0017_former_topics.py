from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0016_places_of_files')]

    initial = False

    operations = [
        ops.CreateModel(
            name='FormerTopic',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('group', fields.ForeignKeyField('models.Group', source_field='group_id', db_constraint=True, to_field='id', related_name='former_topics', on_delete=OnDelete.CASCADE)),
                ('thread_id', fields.BigIntField()),
                ('ticket', fields.ForeignKeyField('models.Ticket', source_field='ticket_id', db_constraint=True, to_field='id', related_name='former_topics', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'former_topic', 'app': 'models', 'unique_together': (('group_id', 'thread_id'),), 'pk_attr': 'id', 'table_description': 'A topic that its ticket has left for another group: who goes on there is told so.'},
            bases=['Model'],
        ),
    ]
