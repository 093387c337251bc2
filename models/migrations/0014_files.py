from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0013_departments')]

    initial = False

    operations = [
        ops.CreateModel(
            name='File',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('place', fields.CharField(unique=True, max_length=64)),
                ('digest', fields.CharField(null=True, unique=True, max_length=64)),
                ('size', fields.BigIntField(null=True)),
                ('mime', fields.CharField(null=True, max_length=129)),
                ('is_kept', fields.BooleanField(default=False, db_default=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'file', 'app': 'models', 'indexes': [Index(fields=['is_kept', 'used_at'])], 'pk_attr': 'id', 'table_description': '`place` is the name of its bytes in the store, `digest` their SHA-256 in hexadecimal.'},
            bases=['Model'],
        ),
    ]
