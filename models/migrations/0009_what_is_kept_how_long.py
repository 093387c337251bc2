from tortoise import migrations
from tortoise.indexes import Index, PartialIndex

from models.indexes import AddIndexBeside

class Migration(migrations.Migration):
    dependencies = [('models', '0008_the_conversation_is_the_customers')]

    initial = False
    atomic = False

    operations = [
        AddIndexBeside(
            model_name='Delivery',
            index=PartialIndex(fields=['sent_at'], name='delivery_sent', condition={'state': 'sent'}),
        ),
        AddIndexBeside(
            model_name='Delivery',
            index=PartialIndex(fields=['dead_at'], name='delivery_dead', condition={'state': 'dead'}),
        ),
        AddIndexBeside(
            model_name='Delivery',
            index=PartialIndex(fields=['dead_at'], name='delivery_dropped', condition={'state': 'dropped'}),
        ),
        AddIndexBeside(
            model_name='Hint',
            index=Index(fields=['at']),
        ),
        AddIndexBeside(
            model_name='SetAside',
            index=Index(fields=['replayed_at', 'at']),
        ),
        AddIndexBeside(
            model_name='Ticket',
            index=Index(fields=['assignee_id']),
        ),
    ]
