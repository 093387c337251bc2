from tortoise import migrations
from tortoise.indexes import Index

from models.indexes import AddIndexBeside

class Migration(migrations.Migration):
    dependencies = [('models', '0017_former_topics')]

    initial = False
    atomic = False

    operations = [
        AddIndexBeside(
            model_name='Ticket',
            index=Index(fields=['department_id', 'status']),
        ),
    ]
