from tortoise import migrations

from models.indexes import AddIndexBeside, IndexWhere

class Migration(migrations.Migration):
    dependencies = [('models', '0026_who_sees_aside')]

    initial = False
    atomic = False

    operations = [
        AddIndexBeside(
            model_name='Ticket',
            index=IndexWhere(fields=['assignee_id', 'department_id'], name='ticket_owned', where="status IN ('new', 'open', 'waiting')"),
        ),
        AddIndexBeside(
            model_name='Ticket',
            index=IndexWhere(fields=['department_id', 'priority'], name='ticket_of_nobody', where="assignee_id IS NULL AND status IN ('new', 'open')"),
        ),
    ]
