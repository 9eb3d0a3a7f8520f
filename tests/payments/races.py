"""Races about one order, each to be run as often as one likes: `together` is how the runners meet."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from orders.models import Order
from payments.asking import start
from payments.closing import cancel_stray_payments, capture_due_payments, expire_unpaid_orders
from payments.models import OPEN, Payment
from payments.providers.registry import current_provider
from payments.reconciling import reconcile
from tests.clients import Answer
from tests.orders.adjustments import goodwill
from tests.orders.steps import advance
from tests.payments.books import given_back_at, told
from tests.payments.meeting import assert_right, faults_in, finish
from tests.payments.refunds import cancel_by_staff, money_of, shows
from tests.payments.shop import Shop, post_event
from tests.stripe.failing import RESET, RESET_AFTER, only
from tests.stripe.refusals import Refused

Together = Callable[..., list[Any]]

ACCEPTED = ("order_accepted", "kitchen")
CANCELLED = ("order_cancelled", "kitchen")


def pay(shop: Shop, payment: Payment) -> bool:
    """Alice pays in the form, unless it is too late for that, and Stripe tells of it; whether she could pay."""
    try:
        shop.stripe.payer.pay(payment.reference)
    except Refused:
        return False
    tell(shop, payment)
    return True


def tell(shop: Shop, payment: Payment) -> None:
    """Stripe's event of a payment that has been made."""
    events = shop.stripe.events("payment_intent.succeeded", "payment_intent.amount_capturable_updated")
    [event] = [event for event in events if event["data"]["object"]["id"] == payment.reference]
    assert post_event(*shop.stripe.webhooks.raw(event)) == 204


def paid_at_stripe(shop: Shop) -> Payment:
    """One that Alice has paid, of which nothing is known here."""
    payment = shop.started()
    shop.stripe.payer.pay(payment.reference)
    return payment


def be_due(order_id: UUID) -> None:
    """The time to pay is over."""
    Order.objects.filter(id=order_id).update(payment_due_at=timezone.now())


def assert_accepted_once(payment: Payment) -> None:
    order = Order.objects.get(id=payment.order_id)
    assert (order.status, money_of(payment)) == ("accepted", shows("paid", 1200, 0))
    assert told(order.id)[ACCEPTED] == 1
    assert list(order.log.values_list("status", flat=True)) == ["waiting_for_payment", "accepted"]


def pay_and_expire(shop: Shop, together: Together) -> None:
    """Whoever comes first at Stripe decides."""
    payment = shop.started()
    be_due(payment.order_id)

    results = together(payment.order_id, partial(pay, shop, payment), lambda: list(expire_unpaid_orders()))

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    if results[0]:
        assert_accepted_once(payment)
    else:
        assert (shop.row(payment).status, shop.row(payment).amount_paid) == ("cancelled", 0)
        assert shop.row(payment).log.filter(status="cancelled").count() == 1


def be_told_and_expire(shop: Shop, together: Together) -> None:
    """It has been paid in time: it goes on, whoever finds that out."""
    payment = paid_at_stripe(shop)
    be_due(payment.order_id)

    results = together(payment.order_id, partial(tell, shop, payment), *[lambda: list(expire_unpaid_orders())] * 2)

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    assert_accepted_once(payment)


def be_told_and_cancel_by_the_customer(shop: Shop, together: Together) -> None:
    """Known first, the customer can no longer cancel; cancelled first, the money goes back."""
    payment = paid_at_stripe(shop)

    told_of, answer = together(
        payment.order_id, partial(tell, shop, payment), partial(shop.alice.cancel, str(payment.order_id))
    )

    assert not faults_in([told_of, answer])
    finish(shop)
    assert_right(shop, payment.order_id)
    if answer.status == 409:
        assert answer.json["reason"] == "paid_online"
        assert_accepted_once(payment)
    else:
        assert money_of(payment) == shows("refunded", 1200, 1200)
        assert ACCEPTED not in told(payment.order_id)
        assert shop.row(payment).status == "cancelled"


def be_told_and_cancel_by_staff(shop: Shop, together: Together) -> None:
    """It is cancelled, and the kitchen hears of both or of neither."""
    payment = paid_at_stripe(shop)

    results = together(payment.order_id, partial(tell, shop, payment), partial(cancel_by_staff, payment))

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    assert (shop.row(payment).status, money_of(payment)) == ("cancelled", shows("refunded", 1200, 1200))
    heard = told(payment.order_id)
    assert (heard.get(ACCEPTED, 0), heard.get(CANCELLED, 0)) in ((0, 0), (1, 1))
    assert given_back_at(shop.stripe, payment.reference) == 1200


def start_and_expire(shop: Shop, together: Together) -> None:
    """The time is over as the customer starts to pay: no payment is open of an order that is cancelled."""
    order = shop.order()
    order_id = UUID(order["id"])

    def be_due_and_expire() -> None:
        be_due(order_id)
        while Order.objects.filter(id=order_id, status="waiting_for_payment").exists():
            list(expire_unpaid_orders())

    started, expired = together(order_id, partial(shop.start, order), be_due_and_expire)

    assert not faults_in([started, expired])
    assert started.status == 201 or started.code == "order_not_payable"
    assert Order.objects.get(id=order_id).status == "cancelled"
    assert not Payment.objects.filter(order_id=order_id, state__in=OPEN).exists()
    finish(shop)
    assert_right(shop, order_id)


def expire_by_many(shop: Shop, together: Together) -> None:
    """It is cancelled once, and each stock row given back once."""
    payment = shop.started()
    be_due(payment.order_id)

    results = together(payment.order_id, *[lambda: len(list(expire_unpaid_orders()))] * 4)

    assert sorted(results) == [0, 0, 0, 1]
    finish(shop)
    assert_right(shop, payment.order_id)
    assert shop.row(payment).log.filter(status="cancelled").count() == 1
    assert told(payment.order_id)["order_cancelled", "staff"] == 1


def replace_and_pay(shop: Shop, together: Together) -> None:
    """Another way of paying is wanted while the first is being paid: one of them is."""
    payment = shop.started()
    order = {"id": str(payment.order_id)}

    has_paid, answer = together(payment.order_id, partial(pay, shop, payment), partial(shop.start, order, method="qr"))

    assert not faults_in([has_paid, answer])
    finish(shop)
    assert_right(shop, payment.order_id)
    if has_paid:
        assert answer.code == "already_paid"
        assert_accepted_once(payment)
    else:
        assert answer.status == 201
        states = Payment.objects.filter(order_id=payment.order_id).order_by("created_at").values_list("method", "state")
        assert list(states) == [("card", "cancelled"), ("qr", "waiting")]
        assert shop.alice.cancel(order["id"]).status == 200
        finish(shop)


def start_by_many(shop: Shop, together: Together) -> None:
    """Five start at once, each with a key of its own: it is one payment."""
    order = shop.order()

    answers: list[Answer] = together(UUID(order["id"]), *[partial(shop.start, order)] * 5)

    assert not faults_in(answers)
    assert {answer.status for answer in answers} == {200, 201}
    assert len({answer.json["id"] for answer in answers}) == 1
    payment = Payment.objects.get(order_id=order["id"])
    assert pay(shop, payment)
    finish(shop)
    assert_right(shop, payment.order_id)
    assert_accepted_once(payment)


def is_confirmed(shop: Shop, path: str) -> bool:
    """Whether Stripe has been asked to confirm the intent at this address."""
    return any(request.path == f"{path}/confirm" for request in shop.stripe.requests)


def settle_from_all_sides(shop: Shop, together: Together) -> None:
    """A linked card was charged: what our own request is answered, Stripe's event and reconciliation tell of it."""
    card, order = shop.link(), shop.order()
    shop.stripe.failing.next(RESET_AFTER, RESET_AFTER, matching=only("POST", "/confirm"))
    shop.stripe.failing.next(*[RESET] * 4, matching=lambda method, path: method == "GET" and is_confirmed(shop, path))
    assert shop.start(order, card_id=str(card.id)).json["state"] == "waiting"
    shop.stripe.failing.stop()
    payment = Payment.objects.select_related("order", "card").get(order_id=order["id"])

    results = together(
        payment.order_id,
        partial(start, payment, current_provider()),
        partial(shop.start, order, card_id=str(card.id)),
        partial(tell, shop, payment),
        partial(reconcile, payment),
    )

    assert not faults_in(results)
    assert (results[0].state, results[1].status, results[1].json.get("state")) in (
        ("succeeded", 200, "succeeded"),
        ("succeeded", 409, None),
    )
    finish(shop)
    assert_right(shop, payment.order_id)
    assert_accepted_once(payment)
    assert (
        len([charge for charge in shop.stripe.objects("charge") if charge["payment_intent"] == payment.reference]) == 1
    )


def capture_and_cancel(shop: Shop, together: Together) -> None:
    """Cooking has started, and is given up: nothing is kept, whether or not it had been taken."""
    payment = paid_at_stripe(shop)
    tell(shop, payment)
    advance({"id": str(payment.order_id)}, "cooking")

    results = together(payment.order_id, capture_due_payments, partial(cancel_by_staff, payment), cancel_stray_payments)

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    order = shop.row(payment)
    assert (order.status, order.payment_state) in (("cancelled", "cancelled"), ("cancelled", "refunded"))
    assert order.amount_paid == order.amount_refunded == given_back_at(shop.stripe, payment.reference)


def capture_by_many(shop: Shop, together: Together) -> None:
    """It is taken once."""
    payment = paid_at_stripe(shop)
    tell(shop, payment)
    advance({"id": str(payment.order_id)}, "cooking")

    results = together(payment.order_id, *[capture_due_payments] * 4)

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    assert money_of(payment) == shows("paid", 1200, 0)


def lower_and_be_told(shop: Shop, together: Together) -> None:
    """Less is owed as it is paid: the rest goes back."""
    payment = paid_at_stripe(shop)

    results = together(
        payment.order_id,
        partial(tell, shop, payment),
        *[partial(goodwill, {"id": str(payment.order_id)}, 100)] * 3,
    )

    assert not faults_in(results)
    finish(shop)
    assert_right(shop, payment.order_id)
    assert money_of(payment) == shows("partly_refunded", 1200, 300)
    assert told(payment.order_id)[ACCEPTED] == 1


AT_ONCE: list[Callable[[Shop, Together], None]] = [
    pay_and_expire,
    be_told_and_expire,
    be_told_and_cancel_by_the_customer,
    be_told_and_cancel_by_staff,
    start_and_expire,
    expire_by_many,
    replace_and_pay,
    start_by_many,
    settle_from_all_sides,
    lower_and_be_told,
]
AT_COOKING: list[Callable[[Shop, Together], None]] = [capture_and_cancel, capture_by_many]
