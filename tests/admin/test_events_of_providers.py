"""What providers have sent is looked at by staff, who have it processed again when that failed."""

from typing import Any

import pytest
from django.test import Client

from catalog.models import Product
from orders.models import Order
from payments.models import Payment, ProviderEvent
from tests.admin.conftest import SignIn, place
from tests.admin.pages import list_of, page_of, run_action, status_of, text_of, told
from tests.admin.test_permissions import actions_of
from tests.clients import Api
from tests.payments.sandbox.life import click, deliver, start


@pytest.fixture
def event(alice: Api, soup: Product, settings: Any) -> ProviderEvent:
    """That an order was paid, which could not be asked about while another provider's name stood in the payment."""
    order = place(alice, soup, payment_method="card")
    url = start(alice, {"id": str(order.id)}).json["payment_url"]
    click(url, "pay")
    break_it()
    assert deliver() == [503]
    return ProviderEvent.objects.get()


def break_it() -> None:
    """The payment has a name that the provider does not know."""
    Payment.objects.update(reference="lost")


def mend_it(event: ProviderEvent) -> None:
    Payment.objects.update(reference=event.reference)


def process_again(client: Client, *events: ProviderEvent) -> list[str]:
    return told(run_action(client, "payments.providerevent", "process_again", *events))


def test_a_failed_one_is_shown_with_its_error(sam: Client, event: ProviderEvent) -> None:
    assert (event.state, event.tries, event.processed_at) == ("failed", 1, None)
    assert "payment.succeeded" in text_of(sam, list_of("payments.providerevent"))
    page = text_of(sam, page_of(event))
    assert "There is no such payment." in page and event.event_id in page


def test_it_is_processed_when_it_can_be(sam: Client, event: ProviderEvent) -> None:
    mend_it(event)
    assert process_again(sam, event) == ["1 event is processed."]
    event.refresh_from_db()
    assert (event.state, event.error, event.tries, event.processed_at is not None) == ("processed", "", 2, True)
    order = Order.objects.get()
    assert (order.status, order.amount_paid) == ("accepted", 1200)


def test_that_it_has_failed_again_is_said(sam: Client, event: ProviderEvent) -> None:
    response = run_action(sam, "payments.providerevent", "process_again", event)
    assert told(response) == ["1 event has failed again."]
    assert [message.level_tag for message in response.wsgi_request._messages] == ["error"]
    event.refresh_from_db()
    assert (event.state, event.tries) == ("failed", 2)
    assert status_of(Order.objects.get()) == "waiting_for_payment"


def test_one_that_has_been_processed_stays_so(sam: Client, event: ProviderEvent) -> None:
    mend_it(event)
    process_again(sam, event)
    process_again(sam, event)
    event.refresh_from_db()
    assert (event.state, event.tries) == ("processed", 2)
    assert Order.objects.get().amount_paid == 1200


def test_who_may_only_look_cannot(staff_who_may: SignIn, event: ProviderEvent) -> None:
    viewer = staff_who_may("view_providerevent")
    mend_it(event)
    assert actions_of(viewer, "payments.providerevent") == []
    assert process_again(viewer, event) == []
    event.refresh_from_db()
    assert (event.state, event.tries) == ("failed", 1)


def test_who_may_change_events_can_and_writes_none(staff_who_may: SignIn, event: ProviderEvent) -> None:
    operator = staff_who_may("change_providerevent")
    mend_it(event)
    assert actions_of(operator, "payments.providerevent") == ["process_again"]
    assert operator.post(page_of(event), {"state": "processed"}).status_code == 403
    assert process_again(operator, event) == ["1 event is processed."]


def test_who_may_not_look_has_no_page(staff_who_may: SignIn, event: ProviderEvent) -> None:
    stranger = staff_who_may("view_payment")
    assert stranger.get(list_of("payments.providerevent")).status_code == 403
    assert run_action(stranger, "payments.providerevent", "process_again", event).status_code == 403
    assert ProviderEvent.objects.get().state == "failed"
