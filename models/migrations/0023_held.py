from tortoise import migrations
from tortoise.migrations import operations as ops
from models.message import Held
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0022_a_teams_day')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Message',
            name='goes_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Message',
            name='held',
            field=fields.CharEnumField(null=True, description='DOUBLE: double\nLATER: later\nANYWAY: anyway', enum_type=Held, max_length=8),
        ),
    ]
