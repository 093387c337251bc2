from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0002_customers_reaction')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Code',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('hash', fields.CharField(null=True, unique=True, max_length=64)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('chat_id', fields.BigIntField(null=True)),
            ],
            options={'table': 'setup_code', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Kept as its hash. One that was given in a group while another is bound waits there.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Hint',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('chat_id', fields.BigIntField()),
                ('place', fields.CharField(max_length=32)),
                ('user_id', fields.BigIntField()),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'hint', 'app': 'models', 'unique_together': (('chat_id', 'place', 'user_id'),), 'pk_attr': 'id', 'table_description': "Written in the transaction of the telling. `user_id` is a chat's for who hides behind it."},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Group',
            name='deaf_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Group',
            name='lacks',
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddField(
            model_name='Group',
            name='test_card_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Group',
            name='test_thread_id',
            field=fields.BigIntField(null=True),
        ),
    ]
