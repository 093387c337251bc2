from tortoise import migrations
from models.indexes import AddIndexBeside, IndexOfWhatIs

class Migration(migrations.Migration):
    dependencies = [('models', '0023_held')]

    initial = False
    atomic = False

    operations = [
        AddIndexBeside(
            model_name='Message',
            index=IndexOfWhatIs(fields=['goes_at', 'ticket_id'], name='message_goes'),
        ),
    ]
