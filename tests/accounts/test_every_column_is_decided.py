"""No column that can hold text is forgotten when a person is erased: each one is named in `personal`."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tests.accounts.personal import HASHES, NOBODYS, PERSONAL

# Coordinates are floats, ids of customers may stand in columns that are no foreign keys.
CAN_TELL = (
    models.CharField, models.TextField, models.JSONField, models.UUIDField, models.FloatField, models.BinaryField,
    models.GenericIPAddressField, models.FileField, ArrayField,
)  # fmt: skip
CANNOT_TELL = (
    models.IntegerField, models.BooleanField, models.DateTimeField, models.DateField, models.TimeField,
    models.ForeignKey, models.OneToOneField,
)  # fmt: skip


def named(*tables: dict[str, str]) -> list[str]:
    return sorted(
        f"{model}.{column}" for table in tables for model, columns in table.items() for column in columns.split()
    )


def columns() -> list[models.Field]:
    """Every column but primary keys, which we make up ourselves."""
    every = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [field for model in every for field in model._meta.local_concrete_fields if not field.primary_key]


def test_every_column_that_can_tell_is_named_once():
    telling = [f"{field.model._meta.label}.{field.name}" for field in columns() if isinstance(field, CAN_TELL)]
    assert named(PERSONAL, HASHES, NOBODYS) == sorted(telling)


def test_what_the_others_hold_is_known():
    assert [field for field in columns() if not isinstance(field, CAN_TELL + CANNOT_TELL)] == []


def test_who_belongs_to_a_customer_is_known():
    """A new table that points at customers has to be erased or to keep nothing that tells."""
    fields = apps.get_model("accounts.Customer")._meta.get_fields(include_hidden=True)
    assert sorted(field.related_model._meta.label for field in fields if field.auto_created) == [
        "accounts.Address", "accounts.PasswordReset", "accounts.Session", "orders.Order", "payments.LinkedCard",
        "payments.ProviderCustomer",
    ]  # fmt: skip
