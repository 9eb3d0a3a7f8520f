"""Orders paid in the app, over HTTP, with nothing but `make run`: on the sandbox's page, by card and by QR code."""

import urllib.request
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image

from tests.development.programs import wait_until
from tests.development.running import Running, place, sign_up

Token = dict[str, str]


@pytest.fixture
def token(running: Running) -> Token:
    return sign_up(running)


def start(running: Running, token: Token, order: Any, **body: Any) -> Any:
    key = {"Idempotency-Key": str(uuid4())}
    return running.call("POST", f"orders/{order['id']}/payments", body, **token, **key)


def press(url: str, button: str) -> str:
    """Press a button of the page; the page as it is then."""
    assert f'value="{button}"' in open_page(url)
    return open_page(url, f"button={button}".encode())


def open_page(url: str, form: bytes | None = None) -> str:
    with urllib.request.urlopen(url, data=form, timeout=20) as response:
        return str(response.read().decode())


def wait_for(running: Running, token: Token, order: Any, *, status: str, payment: str) -> Any:
    """The order, as soon as it has come so far."""

    def has_come() -> bool:
        seen.append(running.call("GET", f"orders/{order['id']}", **token))
        return (seen[-1]["status"], seen[-1]["payment"]["state"]) == (status, payment)

    seen: list[Any] = []
    wait_until(has_come)
    return seen[-1]


def stock_held_for(running: Running, order: Any, afterwards: str = "") -> int:
    """How many ingredients are set aside for the order; `afterwards` is carried out in the same shell."""
    held = f"Reservation.objects.filter(holder_id='{order['id']}', closed_at=None).count()"
    asked = f"from catalog.models import Reservation; print({held}); {afterwards}"
    return int(running.manage("shell", "--no-imports", "-c", asked))


def test_a_card_is_declined_then_pays_and_what_was_paid_goes_back_when_staff_cancel(running, token):
    order = place(running, token, "card")
    assert (order["status"], order["payment"]["state"]) == ("waiting_for_payment", "waiting")
    payment = start(running, token, order, save_card=True)
    assert (payment["provider"], payment["state"], payment["amount"]) == ("sandbox", "waiting", order["totals"]["owed"])

    assert "declined" in press(payment["payment_url"], "decline")
    wait_for(running, token, order, status="waiting_for_payment", payment="failed")
    failed = running.call("GET", f"payments/{payment['id']}", **token)
    assert (failed["state"], failed["failure"]["code"]) == ("failed", "card_declined")

    again = start(running, token, order, save_card=True)
    assert (again["id"], again["state"], again["failure"]) == (payment["id"], "waiting", None)
    assert "Paid." in press(again["payment_url"], "pay")
    paid = wait_for(running, token, order, status="processing", payment="paid")
    assert paid["payment"]["paid"] == order["totals"]["owed"]
    assert [card["last4"] for card in running.call("GET", "account/cards", **token)["data"]] == ["4242"]

    running.advance(order["number"], "cancelled", "--reason", "Out of gas")
    refunded = wait_for(running, token, order, status="cancelled", payment="refunded")
    assert refunded["payment"]["refunded"] == paid["payment"]["paid"]
    [back] = running.call("GET", f"payments/{payment['id']}", **token)["refunds"]
    assert (back["state"], back["amount"], back["reason"]) == ("succeeded", paid["payment"]["paid"], "order_cancelled")


def test_the_qr_code_leads_to_where_it_is_paid(running, token):
    order = place(running, token, "qr")
    payment = start(running, token, order)

    picture = Image.open(BytesIO(running.read("GET", f"payments/{payment['id']}/qr.png", **token)))

    assert picture.width >= 300
    [code] = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == payment["qr"]["payload"] == payment["payment_url"]
    assert "Paid." in press(code.text, "pay")
    wait_for(running, token, order, status="processing", payment="paid")


def test_an_order_that_nobody_pays_is_cancelled_and_its_stock_is_free_again(running, token):
    order = place(running, token, "card")
    payment = start(running, token, order)
    late = f"Order.objects.filter(id='{order['id']}').update(payment_due_at=timezone.now())"
    a_quarter_of_an_hour_goes_by = f"from django.utils import timezone; from orders.models import Order; {late}"
    assert stock_held_for(running, order, afterwards=a_quarter_of_an_hour_goes_by) > 0
    wait_for(running, token, order, status="cancelled", payment="cancelled")

    assert stock_held_for(running, order) == 0
    assert running.call("GET", f"payments/{payment['id']}", **token)["state"] == "cancelled"
    assert "can no longer be paid" in open_page(payment["payment_url"])
