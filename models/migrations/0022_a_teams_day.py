from tortoise import migrations
from tortoise.migrations import operations as ops
from models.contact import ContactKind
from models.department import Routing
from models.field import FieldKind, FieldOf
from models.priority import Priority
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0021_calls_are_known')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Contact',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('customer', fields.ForeignKeyField('models.Customer', source_field='customer_id', db_constraint=True, to_field='id', related_name='contacts', on_delete=OnDelete.CASCADE)),
                ('kind', fields.CharEnumField(description='PHONE: phone\nEMAIL: email', enum_type=ContactKind, max_length=8)),
                ('value', fields.CharField(max_length=254)),
                ('verified_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'contact', 'app': 'models', 'unique_together': (('customer_id', 'kind', 'value'),), 'indexes': [Index(fields=['kind', 'value'])], 'pk_attr': 'id', 'table_description': '`value` is as it is compared: +380671234567, anna@example.com.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='CustomField',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('of', fields.CharEnumField(description='TICKET: ticket\nCUSTOMER: customer', enum_type=FieldOf, max_length=8)),
                ('key', fields.CharField(max_length=32)),
                ('label', fields.CharField(max_length=64)),
                ('kind', fields.CharEnumField(description='TEXT: text\nNUMBER: number\nDATE: date\nFLAG: flag\nCHOICE: choice', enum_type=FieldKind, max_length=8)),
                ('choices', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'custom_field', 'app': 'models', 'unique_together': (('of', 'key'),), 'pk_attr': 'id', 'table_description': '`key` is by what it is named in commands and macros; `label` what people read.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Macro',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(max_length=64)),
                ('owner', fields.ForeignKeyField('models.Operator', source_field='owner_id', null=True, db_constraint=True, to_field='id', related_name='macros', on_delete=OnDelete.CASCADE)),
                ('department_id', fields.BigIntField(null=True)),
                ('wordings', fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ('changes', fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ('edition', fields.IntField(default=1, db_default=1)),
                ('used', fields.IntField(default=0, db_default=0)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('changed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'macro', 'app': 'models', 'pk_attr': 'id', 'table_description': "`owner` has it for themselves; NULL: it is everybody's, or its department's."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Tag',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=32)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'tag', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Known to the desk, so that everybody spells it the same.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Customer',
            name='about',
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='ban_reason',
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name='Customer',
            name='ban_told_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='banned_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='banned_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='custom',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Customer',
            name='is_vip',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Customer',
            name='tags',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Department',
            name='routing',
            field=fields.CharEnumField(default=Routing.MANUAL, description='MANUAL: manual\nROUND_ROBIN: round robin\nLEAST_LOADED: least loaded', db_default='manual', enum_type=Routing, max_length=12),
        ),
        ops.AddField(
            model_name='Department',
            name='settings',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Department',
            name='skill',
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name='Membership',
            name='given_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Operator',
            name='absent_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Operator',
            name='capacity',
            field=fields.SmallIntField(null=True),
        ),
        ops.AddField(
            model_name='Operator',
            name='languages',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Operator',
            name='on_duty_since',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Operator',
            name='skills',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Ticket',
            name='custom',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
        ops.AddField(
            model_name='Ticket',
            name='is_spam',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Ticket',
            name='priority',
            field=fields.IntEnumField(default=Priority.NORMAL, description='LOW: 1\nNORMAL: 2\nHIGH: 3\nURGENT: 4\nEMERGENCY: 5', db_default=2, enum_type=Priority, generated=False),
        ),
        ops.AddField(
            model_name='Ticket',
            name='tags',
            field=fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads),
        ),
    ]
