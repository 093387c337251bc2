from tortoise import migrations
from models.indexes import AddIndexBeside, IndexOfWhatIs

class Migration(migrations.Migration):
    dependencies = [('models', '0014_files')]

    initial = False
    atomic = False

    operations = [
        AddIndexBeside(
            model_name='Message',
            index=IndexOfWhatIs(fields=['reply_to_id'], name='message_replies'),
        ),
    ]
