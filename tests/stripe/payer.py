"""The customer and the bank: what happens at Stripe without any request of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stripe import refunds, sessions, setups
from tests.stripe.attempts import attempt, give_up, succeed
from tests.stripe.books import Books, Object, shown
from tests.stripe.intents import confirm, new_intent
from tests.stripe.qr import METHODS
from tests.stripe.refusals import Refused

AUTHENTICATION = (
    "payment_intent_authentication_failure",
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again.",
)
EXPIRED = ("payment_intent_payment_attempt_expired", "The payment attempt expired before it was completed.")
FAILED = ("payment_intent_payment_attempt_failed", "The payment attempt failed.")


class Payer:
    """Acts on an id and gives the object as it is then. Raises Refused when Stripe's own form would not let it."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def pay(self, intent: str, card: str = "pm_card_visa", *, authenticate: bool = True) -> Object:
        """From the app's form: with a test card or a saved method. What is declined shows in the intent."""
        with self.acting("payment_intent", intent) as found:
            self.confirm(found, {"payment_method": card})
            if authenticate:
                self.pass_authentication(found)
        return shown(found)

    def decline(self, intent: str, card: str = "pm_card_chargeDeclined") -> Object:
        return self.pay(intent, card)

    def start(self, intent: str, card: str) -> Object:
        """Leave the form before the bank's question is answered."""
        return self.pay(intent, card, authenticate=False)

    def authenticate(self, intent: str) -> Object:
        """Answer the bank's question."""
        with self.acting("payment_intent", intent) as found:
            must(found["status"] == "requires_action", found)
            self.pass_authentication(found)
        return shown(found)

    def fail_authentication(self, intent: str) -> Object:
        with self.acting("payment_intent", intent) as found:
            must(found["status"] == "requires_action", found)
            give_up(self.books, found, *AUTHENTICATION)
        return shown(found)

    def choose_qr(self, intent: str, method: str, email: str = "alice@example.com") -> Object:
        """In the app's form: have a code shown."""
        with self.acting("payment_intent", intent) as found:
            options = {"wechat_pay": {"client": "web"}} if method == "wechat_pay" else {}
            data = {"type": method, "billing_details": {"email": email}}
            self.confirm(found, {"payment_method_data": data, "payment_method_options": options})
        return shown(found)

    def scan(self, intent: str, *, slowly: bool = False) -> Object:
        """Pay the code in the bank's app; `slowly`, the bank has yet to say whether it did: `settle` or `bounce`."""
        with self.acting("payment_intent", intent) as found:
            must(found["status"] == "requires_action" and self.type_of(found) in METHODS, found)
            if slowly:
                found["status"], found["next_action"] = "processing", None
                self.books.tell("payment_intent.processing", found)
            else:
                succeed(self.books, found)
        return shown(found)

    def settle(self, intent: str) -> Object:
        with self.acting("payment_intent", intent) as found:
            must(found["status"] == "processing", found)
            succeed(self.books, found)
        return shown(found)

    def bounce(self, intent: str) -> Object:
        """The bank does not pay after all, or the customer says no in its app."""
        with self.acting("payment_intent", intent) as found:
            must(found["status"] in ("processing", "requires_action"), found)
            give_up(self.books, found, *FAILED)
        return shown(found)

    def let_expire(self, intent: str) -> Object:
        """Nobody pays the code in time."""
        with self.acting("payment_intent", intent) as found:
            must(found["status"] == "requires_action", found)
            give_up(self.books, found, *EXPIRED)
        return shown(found)

    def pay_session(self, session: str, method: str = "pm_card_visa", *, authenticate: bool = True) -> Object:
        """On Stripe's page, with a test card or a QR method. What is declined leaves the page open."""
        with self.acting("checkout.session", session) as found:
            if found["status"] != "open":
                raise Refused(400, "invalid_request_error", f"This Checkout Session is {found['status']}.")
            intent = self.intent_of(found)
            if method in METHODS:
                self.choose_qr(intent["id"], method)
                succeed(self.books, intent)
            else:
                self.confirm(intent, {"payment_method": method})
                if authenticate:
                    self.pass_authentication(intent)
            if intent["status"] in ("succeeded", "requires_capture"):
                sessions.complete(self.books, found, paid=intent["status"] == "succeeded")
        return shown(found)

    def decline_session(self, session: str, card: str = "pm_card_chargeDeclined") -> Object:
        return self.pay_session(session, card)

    def save_card(self, setup: str, card: str = "pm_card_visa") -> Object:
        """From the app's form for a card to be kept. What is declined shows in the setup intent."""
        with self.acting("setup_intent", setup) as found:
            try:
                setups.confirm(self.books, found, {"payment_method": card}, authenticated=True)
            except Refused as refusal:
                if refusal.status != 402:
                    raise
        return shown(found)

    def finish_refund(self, refund: str) -> Object:
        with self.acting("refund", refund) as found:
            must(found["status"] in ("pending", "requires_action"), found)
            refunds.finish(self.books, found, "succeeded")
        return shown(found)

    def fail_refund(self, refund: str, reason: str = "lost_or_stolen_card") -> Object:
        """Also one that had succeeded. https://docs.stripe.com/refunds#failed-refunds"""
        with self.acting("refund", refund) as found:
            must(found["status"] in ("pending", "requires_action", "succeeded"), found)
            refunds.finish(self.books, found, "failed", reason)
        return shown(found)

    @contextmanager
    def acting(self, kind: str, id: str) -> Iterator[Object]:
        with self.books.lock:
            self.books.request = {"id": None, "idempotency_key": None}
            yield self.books.get(kind, id)

    def confirm(self, intent: Object, params: Object) -> None:
        """As a form does, with the publishable key. A decline is shown to the customer, who is still here."""
        try:
            confirm(self.books, intent, {"return_url": "https://app.example/return", **params})
        except Refused as refusal:
            if refusal.status != 402:
                raise

    def pass_authentication(self, intent: Object) -> None:
        if intent["status"] != "requires_action" or self.type_of(intent) in METHODS:
            return
        try:
            attempt(self.books, intent, authenticated=True)
        except Refused as refusal:
            if refusal.status != 402:
                raise

    def type_of(self, intent: Object) -> str:
        return str(self.books.objects[intent["payment_method"]]["type"])

    def intent_of(self, session: Object) -> Object:
        """Made when somebody first tries to pay."""
        if session["payment_intent"]:
            return self.books.objects[session["payment_intent"]]
        params = {**session["_data"], "amount": session["amount_total"], "currency": session["currency"]}
        params |= {"customer": session["customer"], "allowed_payment_method_types": session["payment_method_types"]}
        intent = new_intent(self.books, params, types=session["payment_method_types"])
        intent["_session"] = session["id"]
        session["payment_intent"] = intent["id"]
        self.books.tell("payment_intent.created", intent)
        return intent


def must(so: bool, thing: Object) -> None:
    if not so:
        raise Refused(400, "invalid_request_error", f"{thing['object']} {thing['id']} is {thing['status']}.")
