from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0005_the_same_message_once')]

    initial = False

    operations = [
        ops.AlterField(
            model_name='Trace',
            name='external_id',
            field=fields.CharField(null=True, max_length=255),
        ),
    ]
