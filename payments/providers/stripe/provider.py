"""Payments by Stripe: cards in the app's form, linked cards, and QR codes.

A payment's reference is a PaymentIntent (`pi_…`), or a Checkout Session (`cs_…`) where the account has no method of
paying by QR code of its own: then the code leads to Stripe's page. What follows a request that may or may not have had
its effect is a question how the payment stands.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from stripe.params import RefundCreateParams

from customerbackend.money import PaymentMethod
from payments.failures import NOT_CAPTURED
from payments.models import Payment, Provider, Refund
from payments.providers.base import Cards, Charge, Event, ProviderError, RefundOrder, Told, ToldRefund
from payments.providers.stripe import events
from payments.providers.stripe.cards import StripeCards
from payments.providers.stripe.charging import intent_for_card, intent_with_code, page_for
from payments.providers.stripe.client import Facts, ask, current_client, in_our_words, new_key, read, write
from payments.providers.stripe.faults import StripeFault
from payments.providers.stripe.telling import tell_intent, tell_page, tell_refund, uuid_in

State = Payment.State

PAGE = "cs_"
SETTLED = (State.SUCCEEDED, State.CANCELLED)
CONFIRMABLE = ("requires_payment_method", "requires_confirmation")


class StripeProvider:
    """`PaymentProvider`, by the settings as they are when it is made."""

    name = Provider.STRIPE.value

    def __init__(self) -> None:
        client = current_client()
        self.v1 = client.v1
        self.publishable_key: str = settings.STRIPE_PUBLISHABLE_KEY
        self.cards: Cards = StripeCards(client)

    @in_our_words
    def start(self, charge: Charge) -> Told:
        """Have it ready to be paid; with a linked card, charge it. What is declined is told, not raised."""
        key = f"start-{charge.key}"
        if charge.method == PaymentMethod.CARD:
            intent = self.read_intent(charge.reference) if charge.reference else self.create_intent(charge, "", key)
            confirms = charge.card and intent["status"] in CONFIRMABLE
            return self.confirm(intent, charge) if confirms else tell_intent(intent)
        if charge.reference:
            return self.fetch(charge.reference)
        if settings.STRIPE_QR_METHOD:
            return tell_intent(self.create_intent(charge, settings.STRIPE_QR_METHOD, key))
        page = write(
            lambda: self.v1.checkout.sessions.create(page_for(charge), {"idempotency_key": key}), self.read_page
        )
        return tell_page(page)

    @in_our_words
    def fetch(self, reference: str) -> Told:
        """How it stands, with all refunds if anything was taken."""
        if reference.startswith(PAGE):
            page = self.read_page(reference)
            return tell_page(page, self.refunds_of(page.get("payment_intent")))
        intent = self.read_intent(reference)
        return tell_intent(intent, self.refunds_of(intent))

    @in_our_words
    def capture(self, *, reference: str, amount: int, key: str) -> Told:
        """Take what is authorised, up to `amount`; the rest is let go. What is paid by QR code is taken already."""
        if reference.startswith(PAGE):
            return self.fetch(reference)
        try:
            intent = write(
                lambda: self.v1.payment_intents.capture(
                    reference, {"amount_to_capture": amount, "expand": ["payment_method"]}, {"idempotency_key": key}
                ),
                self.read_intent,
            )
        except StripeFault as fault:
            told = self.fetch_instead(reference, of=fault)
            if told.state == State.CANCELLED:
                return replace(told, failure=NOT_CAPTURED)
            if told.state == State.SUCCEEDED or not fault.is_worth_repeating:
                return told
            raise
        return tell_intent(intent)

    @in_our_words
    def cancel(self, reference: str) -> Told:
        """See to it that no money comes: `cancelled`, or `succeeded` where it was paid before.

        Raises ProviderError, too, while neither is so: the bank has yet to say whether it pays.
        """
        code = ""
        try:
            told = self.cancel_page(reference) if reference.startswith(PAGE) else self.cancel_intent(reference)
        except StripeFault as fault:
            told, code = self.fetch(reference), fault.code
        if told.state not in SETTLED:
            raise ProviderError("Stripe has not cancelled the payment yet.", is_worth_repeating=True, code=code)
        return told

    @in_our_words
    def refund(self, order: RefundOrder) -> ToldRefund:
        """Give back. Where an earlier try may have had its effect, Stripe's list is asked for the refund first."""
        intent, metadata = order.reference, {"refund_id": str(order.refund_id)}
        if order.reference.startswith(PAGE):
            page = self.read_page(order.reference)
            if not page.get("payment_intent"):
                raise ProviderError("Nobody has paid on the page.", is_worth_repeating=False)
            intent = page["payment_intent"]["id"]
            # Stripe's events of the refund name the intent, which is not the payment's reference.
            metadata["payment_id"] = str(uuid_in(page, "payment_id") or "")
        if order.is_repeated:
            ours = [refund for refund in self.list_refunds(intent) if refund.refund_id == order.refund_id]
            if ours:
                return next((refund for refund in ours if refund.state != Refund.State.FAILED), ours[0])
        params: RefundCreateParams = {
            "payment_intent": intent,
            "amount": order.amount,
            "reason": "requested_by_customer",
            "metadata": metadata,
        }
        made = write(
            lambda: self.v1.refunds.create(params, {"idempotency_key": order.key}),
            lambda id: read(lambda: self.v1.refunds.retrieve(id)),
        )
        return tell_refund(made)

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """What Stripe has sent, if one of the secrets has signed it. Raises SignatureInvalid."""
        return events.read_event(body, headers, secrets=settings.STRIPE_WEBHOOK_SECRETS)

    def create_intent(self, charge: Charge, qr_method: str, key: str) -> Facts:
        """The charge's PaymentIntent: made now, or found again by its key. Raises StripeFault."""
        params = intent_with_code(charge, qr_method) if qr_method else intent_for_card(charge)
        return write(lambda: self.v1.payment_intents.create(params, {"idempotency_key": key}), self.read_intent)

    def confirm(self, intent: Facts, charge: Charge) -> Told:
        """Charge the linked card, with the customer at hand: what the bank asks them is asked by the app.

        From here on the payment has a name and may have been paid. So nothing is raised: where Stripe does not say how
        it stands, it is waited for, and asked for later.
        """
        try:
            confirmed = write(
                lambda: self.v1.payment_intents.confirm(
                    intent["id"],
                    {"payment_method": charge.card, "use_stripe_sdk": True, "expand": ["payment_method"]},
                    {"idempotency_key": f"confirm-{charge.key}"},
                ),
                self.read_intent,
            )
            return tell_intent(confirmed)
        except StripeFault as fault:
            refusal = fault
        try:
            told = self.fetch(intent["id"])
        except ProviderError:
            told = tell_intent(intent)
        if told.state == State.WAITING and not refusal.is_worth_repeating:
            return replace(told, state=State.FAILED, failure=refusal.failure)
        return told

    def cancel_intent(self, reference: str) -> Told:
        """Raises StripeFault."""
        cancelled = read(lambda: self.v1.payment_intents.cancel(reference, {}, {"idempotency_key": new_key("cancel")}))
        return tell_intent(cancelled)

    def cancel_page(self, reference: str) -> Told:
        """Close the page; Stripe cancels its intent with it. Raises StripeFault."""
        closed = read(
            lambda: self.v1.checkout.sessions.expire(
                reference, {"expand": ["payment_intent"]}, {"idempotency_key": new_key("expire")}
            )
        )
        return tell_page(closed)

    def fetch_instead(self, reference: str, *, of: StripeFault) -> Told:
        """How it stands after a request that failed; that failure where Stripe does not say. Raises StripeFault."""
        try:
            return self.fetch(reference)
        except ProviderError:
            raise of from None

    def read_intent(self, reference: str) -> Facts:
        return read(lambda: self.v1.payment_intents.retrieve(reference, {"expand": ["payment_method"]}))

    def read_page(self, reference: str) -> Facts:
        return read(lambda: self.v1.checkout.sessions.retrieve(reference, {"expand": ["payment_intent"]}))

    def refunds_of(self, intent: Facts | None) -> tuple[ToldRefund, ...]:
        """Every refund of an intent; Stripe is asked only if anything was taken."""
        return self.list_refunds(intent["id"]) if intent and intent["amount_received"] else ()

    def list_refunds(self, intent: str) -> tuple[ToldRefund, ...]:
        """Every refund of an intent, the newest first, whoever made it."""
        pages = ask(lambda: list(self.v1.refunds.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()))
        return tuple(tell_refund(refund.to_dict()) for refund in pages)
