"""Cards that customers keep at Stripe."""

from uuid import UUID

import stripe

from payments.providers.base import ProviderError, Setup, ToldCard
from payments.providers.stripe.client import Facts, in_our_words, new_key, read, write
from payments.providers.stripe.faults import StripeFault
from payments.providers.stripe.telling import tell_card


class StripeCards:
    """`Cards`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self.v1 = client.v1

    @in_our_words
    def new_customer(self, *, customer_id: UUID, key: str) -> str:
        """Stripe's name for the customer, of whom it learns our id and no more."""
        made = read(
            lambda: self.v1.customers.create({"metadata": {"customer_id": str(customer_id)}}, {"idempotency_key": key})
        )
        return str(made["id"])

    @in_our_words
    def set_up(self, *, customer: str, key: str) -> Setup:
        """A SetupIntent, to be confirmed in the app's form."""
        params: stripe.params.SetupIntentCreateParams = {
            "customer": customer,
            "allowed_payment_method_types": ["card"],
            "usage": "off_session",
        }
        made = write(
            lambda: self.v1.setup_intents.create(params, {"idempotency_key": key}), lambda id: self.read_setup(id)
        )
        return Setup(reference=made["id"], client_secret=made["client_secret"], url=None)

    @in_our_words
    def fetch_linked(self, reference: str) -> ToldCard | None:
        """The card of a SetupIntent that has succeeded, unless it has been detached since."""
        setup = self.read_setup(reference)
        return tell_card(setup.get("payment_method")) if setup["status"] == "succeeded" else None

    @in_our_words
    def unlink(self, reference: str) -> None:
        """Detach the card. Stripe has no code for "is not attached", so that it is asked whose the card is."""
        try:
            read(lambda: self.v1.payment_methods.detach(reference, {}, {"idempotency_key": new_key("detach")}))
        except StripeFault as fault:
            if not fault.is_missing and self.is_attached(reference, otherwise=fault):
                raise

    @in_our_words
    def forget_customer(self, reference: str) -> None:
        """Delete the customer, and with them their cards."""
        try:
            read(lambda: self.v1.customers.delete(reference))
        except StripeFault as fault:
            if not fault.is_missing:
                raise

    def read_setup(self, reference: str) -> Facts:
        return read(lambda: self.v1.setup_intents.retrieve(reference, {"expand": ["payment_method"]}))

    def is_attached(self, reference: str, *, otherwise: ProviderError) -> bool:
        """Whether the card is somebody's. Raises `otherwise` where Stripe does not say."""
        try:
            return bool(read(lambda: self.v1.payment_methods.retrieve(reference)).get("customer"))
        except StripeFault as fault:
            if fault.is_missing:
                return False
        raise otherwise
