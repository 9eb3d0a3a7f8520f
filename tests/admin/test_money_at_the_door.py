"""Staff see whose money is to be recorded, with the change to give, and record it."""

from django.test import Client

from orders.adjusting import give_goodwill
from orders.lifecycle import Actor, ActorKind
from orders.models import Order
from payments.door import record_door_payment
from payments.models import DoorOrder, Payment
from tests.admin.conftest import SignIn, place
from tests.admin.pages import list_of, page_of, queries_of, run_action, text_of, told
from tests.admin.test_permissions import actions_of
from tests.clients import Api
from tests.orders.steps import WAYS, advance


def at_the_door(alice: Api, soup, **changes) -> DoorOrder:
    order = place(alice, soup, **changes)
    advance({"id": str(order.id)}, *WAYS["delivered"])
    return DoorOrder.objects.get(id=order.id)


def test_orders_at_the_door_are_listed_until_their_money_is_recorded(sam: Client, alice: Api, soup) -> None:
    order = at_the_door(alice, soup, change_from={"amount": 2000, "currency": "EUR"})
    cooking = place(alice, soup)
    page = text_of(sam, list_of("payments.doororder"))
    assert order.number in page and "12.00 EUR" in page and "8.00 EUR" in page
    assert cooking.number not in page

    response = run_action(sam, "payments.doororder", "record_terminal", order)

    assert told(response) == ["1 payment has been recorded."]
    assert order.number not in text_of(sam, list_of("payments.doororder"))
    payment = Payment.objects.get()
    assert (payment.method, payment.captured, payment.recorded_by) == ("terminal", 1200, "sam")
    assert Order.objects.get(id=order.id).payment_state == "paid"
    assert order.number in text_of(sam, list_of("payments.payment"))
    assert "12.00 EUR" in text_of(sam, page_of(payment))


def test_who_may_only_look_cannot_record(staff_who_may: SignIn, alice: Api, soup) -> None:
    order = at_the_door(alice, soup)
    eve = staff_who_may("view_doororder")
    assert "record_cash" not in text_of(eve, list_of("payments.doororder"))
    run_action(eve, "payments.doororder", "record_cash", order)
    assert Payment.objects.count() == 0


def test_a_payment_is_neither_added_nor_edited(sam: Client, alice: Api, soup) -> None:
    order = at_the_door(alice, soup)
    run_action(sam, "payments.doororder", "record_cash", order)
    assert sam.get("/admin/payments/payment/add/").status_code == 403
    assert sam.post(page_of(Payment.objects.get()), {"amount": 1}).status_code == 403
    assert sam.post(page_of(order), {"number": 1}).status_code == 403


def test_more_orders_take_no_more_statements(sam: Client, alice: Api, soup) -> None:
    at_the_door(alice, soup)
    url = list_of("payments.doororder")
    queries_of(sam, url)
    few = queries_of(sam, url)
    for _ in range(3):
        at_the_door(alice, soup)
    assert queries_of(sam, url) == few


def test_an_order_that_owes_nothing_is_not_listed(sam: Client, alice: Api, soup) -> None:
    order = at_the_door(alice, soup)
    give_goodwill(order_id=order.id, amount=1200, actor=Actor(ActorKind.STAFF, "sam"), reason="Cold")
    assert order.number not in text_of(sam, list_of("payments.doororder"))


def test_what_was_recorded_by_mistake_is_taken_back_once_and_can_be_recorded_again(
    sam: Client, alice: Api, soup
) -> None:
    order = at_the_door(alice, soup)
    payment = record_door_payment(order_id=order.id, method="cash", recorded_by="carla")

    assert told(run_action(sam, "payments.payment", "take_back", payment)) == ["1 record has been taken back."]

    assert "recorded by mistake" in text_of(sam, page_of(payment))
    refused = "Only a record of money at the door is taken back, once, and as long as nothing was handed back."
    assert told(run_action(sam, "payments.payment", "take_back", payment)) == [
        f"{order.number}: {refused}",
        "0 records have been taken back.",
    ]
    assert told(run_action(sam, "payments.doororder", "record_terminal", order))[-1] == "1 payment has been recorded."


def test_who_may_only_look_cannot_take_back(staff_who_may: SignIn, alice: Api, soup) -> None:
    payment = record_door_payment(order_id=at_the_door(alice, soup).id, method="cash", recorded_by="sam")
    viewer = staff_who_may("view_payment")
    assert actions_of(viewer, "payments.payment") == []
    assert told(run_action(viewer, "payments.payment", "take_back", payment)) == []
    assert Order.objects.get().payment_state == "paid"


def test_who_may_change_payments_takes_back_and_can_do_nothing_else(staff_who_may: SignIn, alice: Api, soup) -> None:
    payment = record_door_payment(order_id=at_the_door(alice, soup).id, method="cash", recorded_by="sam")
    cashier = staff_who_may("change_payment")
    assert actions_of(cashier, "payments.payment") == ["take_back"]
    assert cashier.post(page_of(payment), {"amount": 1}).status_code == 403
    assert told(run_action(cashier, "payments.payment", "take_back", payment)) == ["1 record has been taken back."]
    assert payment.refunds.get().recorded_by == "eve"
