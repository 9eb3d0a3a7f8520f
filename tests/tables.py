"""The tables that are ours, as opposed to those that Django keeps for itself."""

from django.apps import apps

OURS = ("accounts", "catalog", "customerbackend", "notifications", "orders", "payments")


def our_tables() -> list[str]:
    """The names of all of them, those between two models included."""
    models = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return [model._meta.db_table for model in models]
