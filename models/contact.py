"""A contact: a phone number or an e-mail address of a customer's."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from models.customer import Customer


class ContactKind(StrEnum):
    """How the customer is reached by it."""

    PHONE = "phone"
    EMAIL = "email"


class Contact(Model):
    """`value` is as it is compared: +380671234567, anna@example.com.

    `verified_at`: since when it is known to be theirs, such as a phone that their channel has
    shared for them. What somebody typed is not.
    """

    id = fields.BigIntField(primary_key=True)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="contacts", on_delete=fields.CASCADE
    )
    customer_id: int
    kind = fields.CharEnumField(ContactKind, max_length=8)
    value = fields.CharField(max_length=254)
    verified_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "contact"
        unique_together = (("customer_id", "kind", "value"),)
        indexes = (("kind", "value"),)
