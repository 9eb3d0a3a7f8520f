"""Whatever answers in Stripe's place: it is a ProviderError, and nothing else ever leaves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from payments.providers.base import ProviderError, RefundOrder
from payments.providers.stripe import StripeProvider
from tests.payments.providers.charges import make_charge
from tests.stripe.record import Answer
from tests.stripe.server import LoopbackStripe
from tests.stripe.wire import Handler, Server

SECRET_WORDS = "Alice Wonder, alice at home"


@dataclass
class Impostor:
    """Answers everything with the same."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, handler: Handler, text: str) -> Answer:
        return Answer(self.status, self.body, dict(self.headers))


@pytest.fixture(scope="module")
def one() -> Iterator[Impostor]:
    impostor = Impostor()
    server = Server(impostor.answer)
    impostor.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.start()
    yield impostor
    server.cut()


@pytest.fixture
def impostor(one: Impostor, loopback: LoopbackStripe, settings) -> Impostor:
    settings.STRIPE_API_URL = one.url
    one.status, one.body, one.headers = 200, b"", {}
    return one


def every_question(provider: StripeProvider) -> list[ProviderError]:
    """What is raised by each; whatever is no ProviderError fails the test."""
    order = RefundOrder(reference="pi_1", refund_id=uuid4(), amount=1, key="refund-1")
    raised = []
    for act in (
        lambda: provider.start(make_charge()),
        lambda: provider.start(make_charge(card="pm_1")),
        lambda: provider.start(make_charge(method="qr")),
        lambda: provider.fetch("pi_1"),
        lambda: provider.fetch("cs_test_1"),
        lambda: provider.capture(reference="pi_1", amount=1, key="capture-1"),
        lambda: provider.cancel("pi_1"),
        lambda: provider.cancel("cs_test_1"),
        lambda: provider.refund(order),
        lambda: provider.cards.new_customer(customer_id=uuid4(), key="customer-1"),
        lambda: provider.cards.set_up(customer="cus_1", key="setup-1"),
        lambda: provider.cards.fetch_linked("seti_1"),
    ):
        with pytest.raises(ProviderError) as failed:
            act()
        raised.append(failed.value)
    return raised


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"no JSON"),
        (200, b""),
        (200, b"[]"),
        (200, b'"text"'),
        (200, b"null"),
        (200, b"{}"),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
        (200, b'{"id": 5, "object": "payment_intent", "status": ["a"]}'),
        (302, b"<html>elsewhere</html>"),
        (400, b"<html>Bad Request</html>"),
        (400, b'{"error": "text"}'),
        (400, b'{"error": null}'),
        (404, b"<html>Not Found</html>"),
        (407, b"<html>Proxy</html>"),
        (502, b"<html>Bad Gateway</html>"),
        (503, b"{}"),
        (504, b'{"error": {"message": "late"}}'),
        (401, b'{"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}'),
        (403, b'{"error": {"type": "invalid_request_error", "code": "more_permissions_required"}}'),
        (409, b'{"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}'),
        (429, b'{"error": {"type": "invalid_request_error", "code": "rate_limit"}}'),
        (400, b'{"error": {"type": "invalid_request_error", "code": "balance_insufficient"}}'),
        (400, b'{"error": {"type": "idempotency_error", "message": "another request"}}'),
    ],
)
def test_what_may_pass_is_worth_another_try(impostor: Impostor, status, body):
    impostor.status, impostor.body = status, body
    for fault in every_question(StripeProvider()):
        assert fault.is_worth_repeating
        assert fault.burns_key == (status >= 500 or b"another request" in body)


@pytest.mark.parametrize("status", [400, 402, 404])
def test_what_stripe_will_not_do_is_not(impostor: Impostor, status):
    error = {"type": "invalid_request_error", "code": "amount_too_small", "message": SECRET_WORDS}
    impostor.status, impostor.body = status, json.dumps({"error": error}).encode()
    for fault in every_question(StripeProvider()):
        assert (fault.is_worth_repeating, fault.burns_key) == (False, False)
        assert fault.code == "amount_too_small"


def test_a_fault_is_told_without_what_was_said(impostor: Impostor):
    error = {"type": "invalid_request_error", "code": "email_invalid", "message": SECRET_WORDS, "param": SECRET_WORDS}
    impostor.status, impostor.body = 400, json.dumps({"error": error}).encode()
    impostor.headers = {"Request-Id": "req_17"}
    for fault in every_question(StripeProvider()):
        assert str(fault) == "Stripe answered 400, email_invalid, req_17, InvalidRequestError"
        chain = f"{fault!r} {fault.__cause__!r} {fault.__context__!r}"
        assert SECRET_WORDS not in chain


def test_keys_that_are_not_right_give_nothing_up(loopback: LoopbackStripe, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_of_yesterday"
    with pytest.raises(ProviderError) as failed:
        StripeProvider().start(make_charge())
    assert (failed.value.is_worth_repeating, failed.value.burns_key) == (True, False)
    assert "sk_test_of_yesterday" not in f"{failed.value!r} {failed.value.__context__!r}"
    assert [request.status for request in loopback.malformed] == [401]
    loopback.requests.clear()


def test_nobody_there_is_worth_another_try(loopback: LoopbackStripe, settings):
    settings.STRIPE_API_URL = "http://127.0.0.1:9"
    for fault in every_question(StripeProvider()):
        assert (fault.is_worth_repeating, fault.burns_key) == (True, False)
        assert str(fault) in ("Stripe did not answer, APIConnectionError", "Stripe has not cancelled the payment yet.")
