"""The database goes away while an event comes: Stripe is told to send it again, and it is processed once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from payments.models import ProviderEvent
from payments.webhooks import process_due_events
from tests.dump import found_in_database
from tests.payments.posting import post
from tests.problems import assert_problem
from tests.servers import another_connection, kill, wait_until, waiting_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(shop):
    """Body and signature of a payment that Alice has just made."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    return shop.stripe.webhooks.raw(shop.stripe.events("payment_intent.succeeded")[0])


def test_without_a_database_stripe_is_to_send_it_again(event, monkeypatch):
    with another_connection(), monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        patch.setitem(connection.settings_dict, "PORT", "1")
        connection.close()
        answer = post(*event)
    connection.close()

    assert_problem(answer, 503, "temporarily_unavailable")
    assert not ProviderEvent.objects.exists()
    assert post(*event).status == 204
    assert ProviderEvent.objects.get().state == "processed"


def test_one_whose_connection_died_in_the_midst_is_processed_later(shop, event, time_machine):
    answers = []

    def send():
        answers.append(post(*event))
        connections.close_all()

    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT * FROM payments_payment FOR UPDATE")
        thread = threading.Thread(target=send)
        thread.start()
        [pid] = wait_until(waiting_for_a_lock)
        kill(pid)
        thread.join()

    assert_problem(answers[0], 503, "event_not_processed")
    assert ProviderEvent.objects.values_list("state", "tries").get() == ("failed", 1)
    time_machine.move_to(timezone.now() + timedelta(seconds=60))
    assert process_due_events() == (1, 0)
    assert ProviderEvent.objects.values_list("state", "tries").get() == ("processed", 2)
    assert shop.alice.get("orders/current").json["data"][0]["status"] == "processing"


def test_what_the_database_says_is_not_kept_with_the_event(shop, event):
    with another_connection() as other, other.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_order ADD CONSTRAINT nothing_is_paid CHECK (amount_paid = 0) NOT VALID")
        other.commit()
        try:
            answer = post(*event)
        finally:
            cursor.execute("ALTER TABLE orders_order DROP CONSTRAINT nothing_is_paid")
            other.commit()

    assert_problem(answer, 503, "event_not_processed")
    words = 'IntegrityError: new row for relation "orders_order" violates check constraint "nothing_is_paid"'
    assert ProviderEvent.objects.values_list("state", "error").get() == ("failed", words)
    assert found_in_database(["Failing row"]) == {}  # it would quote the order, and with it where Alice lives
    assert post(*event).status == 204
