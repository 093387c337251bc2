from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0024_what_goes_later')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Likeness',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name='likenesses', on_delete=OnDelete.CASCADE)),
                ('other', fields.ForeignKeyField('models.Customer', source_field='other_id', db_constraint=True, to_field='id', related_name='likenesses_before', on_delete=OnDelete.CASCADE)),
                ('told_in', fields.BigIntField()),
                ('found_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'likeness', 'app': 'models', 'unique_together': (('customer_id', 'other_id'),), 'pk_attr': 'id', 'table_description': 'They were proposed for joining, which is done once; that alone joins nobody.'},
            bases=['Model'],
        ),
    ]
