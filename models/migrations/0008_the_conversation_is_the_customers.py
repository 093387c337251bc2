from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0007_rivals_are_told_of_once')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Address',
            index=Index(fields=['customer_id']),
        ),
        ops.AddField(
            model_name='Customer',
            name='current_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Customer',
            name='wants_new',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunSQL(
            """
            UPDATE customer SET current_id = address.current_id, wants_new = address.wants_new
            FROM address WHERE address.customer_id = customer.id
            """
        ),
        ops.RemoveField(model_name='Address', name='current_id'),
        ops.RemoveField(model_name='Address', name='wants_new'),
        ops.AlterField(
            model_name='Delivery',
            name='external_id',
            field=fields.CharField(null=True, max_length=998),
        ),
        ops.AddField(
            model_name='Message',
            name='address',
            field=fields.ForeignKeyField('models.Address', source_field='address_id', null=True, db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL(
            """
            UPDATE message SET address_id = ticket.address_id
            FROM ticket WHERE ticket.id = message.ticket_id AND message.direction <> 'note'
            """
        ),
        ops.RemoveIndex(
            model_name='Ticket',
            name=None,
            fields=['address_id', 'id'],
        ),
        ops.AddField(
            model_name='Ticket',
            name='address_chosen',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Ticket',
            name='merged_into',
            field=fields.ForeignKeyField('models.Ticket', source_field='merged_into_id', null=True, db_constraint=True, to_field='id', related_name='merged', on_delete=OnDelete.SET_NULL),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['customer_id', 'id']),
        ),
        ops.AddIndex(
            model_name='Ticket',
            index=Index(fields=['merged_into_id']),
        ),
        ops.AlterField(
            model_name='Trace',
            name='external_id',
            field=fields.CharField(null=True, max_length=998),
        ),
    ]
