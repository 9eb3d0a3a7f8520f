"""The QR code of a payment as a picture: a phone that is held before it reads what the payment says."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

from payments.closing import cancel_stray_payments
from payments.models import Payment
from tests.clients import Api
from tests.problems import assert_invalid, assert_problem

pytestmark = pytest.mark.django_db

CHECKOUT = "https://checkout.stripe.com/c/pay/cs_test_a1" + "B2c3D4e5#fidkdWxOYHwnPyd1blpxYHZxWjA0" * 10
PAYLOADS = {
    "long": CHECKOUT[:400],
    "longest": CHECKOUT[:400] + "x" * 400,
    "pix": "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d3-a456-426655440000520400005303986540510.005802BR6304AD38",
    "digits": "00020101021226",
    "words": "Ключ: ¥ 12,00",
    "url": "http://testserver/sandbox/payments/sbx_0123456789abcdef0123456789abcdef",
}


def picture(api, payment, kind="png"):
    response = api.client.get(
        f"/api/v1/payments/{payment.id}/qr.{kind}", headers={"authorization": f"Bearer {api.token}"}
    )
    assert response.status_code == 200, response.content
    return response


def decoded(image):
    [found] = zxingcpp.read_barcodes(image)
    return found.text


def drawn(svg):
    """The picture in pixels, eight to a module: on white, a path of horizontal strokes, each one module high."""
    [side] = re.findall(r'viewBox="0 0 (\d+) \1"', svg)
    [strokes] = re.findall(r'<g transform="scale\(8\)">.*class="qrline" stroke="#000" d="([^"]+)"', svg)
    image = Image.new("L", (int(side), int(side)), 255)
    x = y = 0.0
    for command, values in re.findall(r"([Mmh])([-\d. ]+)", strokes):
        dx, dy = [*map(float, values.split()), 0.0][:2]
        if command == "h":
            image.paste(0, (int(x * 8), int(y * 8) - 4, int((x + dx) * 8), int(y * 8) + 4))
        x, y = (dx, dy) if command == "M" else (x + dx, y + dy)
    return image


def test_the_png_says_what_the_payment_says(shop):
    payment = shop.started("qr")
    response = picture(shop.alice, payment)
    image = Image.open(io.BytesIO(response.content))
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert decoded(image) == shop.alice.get(f"payments/{payment.id}").json["qr"]["payload"]
    assert image.width == image.height >= 300


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_whatever_it_says_it_can_be_read(shop, payload):
    payment = shop.started("qr")
    Payment.objects.update(qr_payload=payload)
    assert shop.alice.get(f"payments/{payment.id}").json["qr"]["payload"] == payload
    image = Image.open(io.BytesIO(picture(shop.alice, payment).content))
    assert decoded(image) == payload
    assert image.width >= 300
    response = picture(shop.alice, payment, "svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert decoded(drawn(response.content.decode())) == payload


def test_it_can_be_read_small_and_where_a_part_is_missing(shop):
    payment = shop.started("qr")
    Payment.objects.update(qr_payload=PAYLOADS["pix"])
    image = Image.open(io.BytesIO(picture(shop.alice, payment).content)).convert("L")
    assert decoded(image.resize((200, 200))) == PAYLOADS["pix"]
    side = image.width
    image.paste(255, (side * 45 // 100, side * 45 // 100, side * 55 // 100, side * 55 // 100))
    assert decoded(image) == PAYLOADS["pix"]


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_there_is_none_once_it_is_paid_or_cancelled_and_none_of_a_card(shop, kind):
    payment = shop.started("qr")
    shop.stripe.payer.pay_session(payment.reference)
    shop.deliver()
    assert_problem(shop.alice.get(f"payments/{payment.id}/qr.{kind}"), 404, "not_found")

    cancelled = shop.started("qr")
    shop.alice.cancel(cancelled.order_id)
    cancel_stray_payments()
    assert_problem(shop.alice.get(f"payments/{cancelled.id}/qr.{kind}"), 404, "not_found")

    assert_problem(shop.alice.get(f"payments/{shop.started('card').id}/qr.{kind}"), 404, "not_found")


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_it_is_alices_alone(shop, bob, kind):
    path = f"payments/{shop.started('qr').id}/qr.{kind}"
    assert_problem(bob.get(path), 404, "not_found")
    assert_problem(bob.get(f"{path}?size=1"), 404, "not_found")
    assert_problem(Api().get(path), 401, "token_missing")
    assert_invalid(shop.alice.get(f"{path}?size=1"), ("?size", "unknown_parameter"))
