"""Pages that are not there, buttons that are not, and the switch that takes all of it away."""

import pytest
from django.test import Client

from payments.models import Payment, SandboxIntent
from tests.orders.steps import NOON
from tests.payments.sandbox.steps import documents, new_customer, page, press, started

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]


@pytest.mark.parametrize("folder", ["payments", "cards"])
@pytest.mark.parametrize("reference", ["sbx_" + "0" * 32, "x", "sbx_" + "a" * 500])
def test_an_unknown_reference_is_a_page_that_says_so(anybody, folder, reference):
    answer = anybody.get(f"/sandbox/{folder}/{reference}")

    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing to pay here." in answer.text
    assert "<form" not in answer.text
    assert anybody.post(f"/sandbox/{folder}/{reference}").status == 404


@pytest.mark.parametrize("path", ["", "/", "/a/b", "/%00", "/%27%3B--", "/ü", "/sbx_1/1200", "/sbx_1?amount=1"])
def test_nor_is_there_anything_beside_it(anybody, path):
    assert anybody.get(f"/sandbox/payments{path}").status == 404


def test_nothing_that_is_sent_with_it_changes_what_is_paid(provider, anybody):
    reference = started(provider)
    form = "application/x-www-form-urlencoded"
    sent = "button=pay&amount=1&currency=JPY&order_number=1&reference=other"

    assert anybody.call("POST", f"/sandbox/payments/{reference}?amount=1", sent, content_type=form).status == 303

    told = provider.fetch(reference)
    assert (told.state, told.captured) == (Payment.State.SUCCEEDED, 1200)
    assert SandboxIntent.objects.get().currency == "EUR"


@pytest.mark.parametrize("button", ["", "Pay", "refund", "pay%00", "pay&button=free", "%ff"])
def test_a_button_that_is_not_there_does_nothing(provider, button):
    reference = started(provider)
    setup = provider.cards.set_up(customer=new_customer(provider), key="k")

    assert press(reference, button).status == press(setup.reference, button).status == 400

    assert provider.fetch(reference).state is Payment.State.WAITING
    assert documents() == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_it_can_only_be_read_and_pressed(provider, anybody, method):
    assert anybody.call(method, f"/sandbox/payments/{started(provider)}").status == 405


def test_the_address_is_all_that_is_needed_to_press(provider):
    """No cookie and no token: a form of another site has no rights to borrow."""
    reference = started(provider)
    client = Client(enforce_csrf_checks=True)

    answer = client.post(f"/sandbox/payments/{reference}", {"button": "pay"}, headers={"origin": "https://elsewhere"})

    assert answer.status_code == 303
    assert not answer.cookies
    assert provider.fetch(reference).state is Payment.State.SUCCEEDED


def test_switched_off_there_are_no_pages(provider, settings):
    reference = started(provider)
    setup = provider.cards.set_up(customer=new_customer(provider), key="k").reference
    settings.PAYMENTS_SANDBOX = False

    for address in (reference, setup):
        answer = page(address)
        assert (answer.status, answer.code) == (404, "not_found")
        assert press(address, "pay").status == 404

    assert provider.fetch(reference).state is Payment.State.WAITING
