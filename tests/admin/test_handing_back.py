"""Money from the door is handed back by staff, who then say so in the list of refunds."""

from uuid import UUID

import pytest
from django.test import Client

from catalog.models import Product
from orders.adjusting import give_goodwill
from orders.lifecycle import Actor, ActorKind
from orders.models import Order
from payments.door import record_door_payment
from payments.models import Refund
from payments.sending_refunds import process_refunds
from tests.admin.conftest import SignIn, place
from tests.admin.pages import list_of, page_of, run_action, text_of, told
from tests.admin.test_permissions import actions_of
from tests.clients import Api
from tests.orders.steps import WAYS, advance
from tests.payments.sandbox.life import pay

SAM = Actor(ActorKind.STAFF, "sam")


@pytest.fixture
def refund(alice: Api, soup: Product) -> Refund:
    """2.00 EUR of 12.00 EUR that Alice paid in cash, to be handed back."""
    order = place(alice, soup)
    advance({"id": str(order.id)}, *WAYS["delivered"])
    record_door_payment(order_id=order.id, method="cash", recorded_by="carla")
    give_goodwill(order_id=order.id, amount=200, actor=SAM, reason="Late")
    assert process_refunds() == []  # there is no provider to ask
    return Refund.objects.get()


def hand_back(client: Client, *refunds: Refund) -> list[str]:
    return told(run_action(client, "payments.refund", "hand_back", *refunds))


def test_it_waits_for_somebody_to_hand_it_back(sam: Client, refund: Refund) -> None:
    page = text_of(sam, list_of("payments.refund"))
    assert "something must be done for it" in page and "2.00 EUR" in page and "cash at the door" in page
    assert "Recorded by" in text_of(sam, page_of(refund))


def test_it_is_recorded_by_whom_it_was(sam: Client, refund: Refund) -> None:
    assert hand_back(sam, refund) == ["1 refund has been recorded."]
    refund.refresh_from_db()
    assert (refund.state, refund.recorded_by, refund.closed_at is not None) == ("succeeded", "sam", True)
    order = Order.objects.get()
    assert (order.payment_state, order.amount_paid, order.amount_refunded) == ("partly_refunded", 1200, 200)


def test_a_second_time_is_refused_in_words(sam: Client, refund: Refund) -> None:
    hand_back(sam, refund)
    assert hand_back(sam, refund) == [
        "1 refund has been recorded.",
        f"{refund.payment.order.number}: Only money that was handed over at the door is handed back, once.",
        "0 refunds have been recorded.",
    ]
    assert Order.objects.get().amount_refunded == 200


def test_what_goes_back_by_a_provider_is_not_handed_back(sam: Client, bob: Api, soup: Product, refund: Refund) -> None:
    order = {"id": str(place(bob, soup, payment_method="card").id)}
    pay(bob, order)
    advance(order, "cancelled")
    [sent] = process_refunds()
    Refund.objects.filter(id=sent.id).update(state="pending", closed_at=None)

    assert hand_back(sam, sent, refund) == [
        f"{sent.payment.order.number}: Only money that was handed over at the door is handed back, once.",
        "1 refund has been recorded.",
    ]
    sent.refresh_from_db()
    assert (sent.state, sent.recorded_by) == ("pending", "")


def test_who_may_only_look_cannot(staff_who_may: SignIn, refund: Refund) -> None:
    viewer = staff_who_may("view_refund")
    assert actions_of(viewer, "payments.refund") == []
    assert hand_back(viewer, refund) == []
    refund.refresh_from_db()
    assert (refund.state, refund.recorded_by) == ("action_required", "")


def test_who_may_not_even_look_has_no_page(staff_who_may: SignIn, refund: Refund) -> None:
    stranger = staff_who_may("change_order")
    assert run_action(stranger, "payments.refund", "hand_back", refund).status_code == 403
    assert Refund.objects.get().state == "action_required"


def test_who_may_change_refunds_records_them_and_can_do_nothing_else(staff_who_may: SignIn, refund: Refund) -> None:
    cashier = staff_who_may("change_refund")
    assert actions_of(cashier, "payments.refund") == ["hand_back"]
    assert cashier.post(page_of(refund), {"amount": 1}).status_code == 403
    assert hand_back(cashier, refund) == ["1 refund has been recorded."]
    assert Refund.objects.get(id=UUID(str(refund.id))).recorded_by == "eve"
