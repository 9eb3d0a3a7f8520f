"""What the probes of whoever runs us are told."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from customerbackend import health
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_lives_without_asking_the_database(anybody, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert anybody.get("/healthz").json == {"status": "ok"}


def test_with_every_migration_applied_it_is_ready(anybody, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(health, "_schema_is_current", False)
    assert (anybody.get("/readyz").status, anybody.get("/readyz").json) == (200, {"status": "ok"})
    with django_assert_num_queries(1):
        anybody.get("/readyz")


def test_with_a_migration_lacking_it_is_not(anybody, monkeypatch):
    monkeypatch.setattr(health, "_schema_is_current", False)
    recorder = MigrationRecorder.Migration.objects
    latest = recorder.filter(app="accounts").latest("id")
    latest.delete()
    document = assert_problem(anybody.get("/readyz"), 503, "temporarily_unavailable")
    assert document["lacking"] == "migrations"
    latest.save()
    assert anybody.get("/readyz").status == 200
