"""`manage.py purge_payments`: processed events go after thirty days; what failed, and the books, stay."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.management.commands import purge_expired
from payments.models import Payment, ProviderEvent, Refund, SandboxIntent
from payments.sending_refunds import process_refunds
from tests.orders.steps import NOON, advance, place
from tests.payments.sandbox.life import click, deliver, pay, start

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

KEPT = timedelta(days=30)


def purge() -> list[str]:
    out = StringIO()
    call_command("purge_payments", stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def over(alice, soup):
    """Paid, cancelled and given back, at NOON: two events."""
    order = place(alice, soup, total=1200, payment_method="card")
    pay(alice, order)
    advance(order, "cancelled")
    process_refunds()
    assert deliver() == [204]
    return order


def test_processed_events_go_after_thirty_days_in_batches(over, time_machine, monkeypatch):
    monkeypatch.setattr(purge_expired, "BATCH", 1)
    time_machine.move_to(NOON + KEPT, tick=False)
    assert purge() == ["0 events of providers deleted.", "0 rows of the sandbox deleted."]
    time_machine.shift(1)
    assert purge() == ["2 events of providers deleted.", "0 rows of the sandbox deleted."]
    assert not ProviderEvent.objects.exists()


def test_one_that_was_processed_late_stays_as_long_from_then(over, time_machine):
    ProviderEvent.objects.filter(type="refund.succeeded").update(processed_at=NOON + timedelta(days=3))
    time_machine.move_to(NOON + KEPT + timedelta(days=1), tick=False)
    assert purge()[0] == "1 events of providers deleted."
    assert ProviderEvent.objects.get().type == "refund.succeeded"


def test_one_that_could_not_be_processed_stays(alice, soup, time_machine):
    url = start(alice, place(alice, soup, total=1200, payment_method="card")).json["payment_url"]
    click(url, "pay")
    Payment.objects.update(reference="lost")
    assert deliver() == [503]
    time_machine.move_to(NOON + 2 * KEPT, tick=False)
    assert purge()[0] == "0 events of providers deleted."
    assert ProviderEvent.objects.get().state == "failed"


def test_the_sandbox_forgets_half_a_year_later_and_the_books_stay(over, time_machine):
    time_machine.move_to(NOON + timedelta(days=180), tick=False)
    assert purge()[1] == "0 rows of the sandbox deleted."
    time_machine.shift(1)
    assert purge()[1] == "4 rows of the sandbox deleted."  # the intent with its refund, two events
    assert not SandboxIntent.objects.exists()
    assert (Payment.objects.get().state, Refund.objects.get().state) == ("succeeded", "succeeded")
