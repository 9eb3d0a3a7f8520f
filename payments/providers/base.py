"""What a provider of payments must be able to do, in words of ours. Amounts are in the provider's minor units, which
are ours: `customerbackend.money.exponent` follows Stripe's own list of currencies.

Nothing here touches the database of orders and payments, and nothing of it is called inside a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from payments.models import Payment, ProviderEvent, Refund


class ProviderError(Exception):
    """The provider could not be asked, or would not do it. The message is for staff: it holds nothing personal.

    `is_worth_repeating`: the same request may succeed later. `burns_key`: the provider answers every repetition under
    the same idempotency key with the same fault, so that the next one needs a new key. `code` is the provider's.
    """

    def __init__(self, message: str, *, is_worth_repeating: bool, burns_key: bool = False, code: str = "") -> None:
        super().__init__(message)
        self.is_worth_repeating = is_worth_repeating
        self.burns_key = burns_key
        self.code = code


class SignatureInvalid(Exception):
    """What came as an event is not the provider's, was altered, or is too old."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid, and how. The same `key` means the same request: repeated, it has no second effect.

    `reference` is the payment's name, where it has one: then nothing new is begun, and only a linked card is charged.
    """

    payment_id: UUID
    order_id: UUID
    order_number: str
    method: str
    amount: int
    currency: str
    key: str
    due_at: datetime
    captures_later: bool = False
    customer: str = ""  # the provider's name for the customer, where a card is linked or to be linked
    card: str = ""  # the provider's name for the linked card to pay with
    saves_card: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ToldRefund:
    """What the provider says of a refund. `refund_id` is ours, where it was made by us."""

    reference: str
    state: Refund.State
    amount: int
    refund_id: UUID | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class ToldCard:
    """What the provider says of a card that a customer keeps there."""

    reference: str
    customer: str
    brand: str
    last4: str
    expires_month: int
    expires_year: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of a payment, at the moment of asking.

    `failed` means that the last try failed and another may follow; `cancelled`, that no money will come. `failure` is
    one of `payments.failures`. `card` is the one that was used and is kept for the next time.
    """

    reference: str
    state: Payment.State
    authorised: int = 0
    captured: int = 0
    failure: str = ""
    client_secret: str = ""
    payment_url: str = ""
    qr_payload: str = ""
    qr_expires_at: datetime | None = None
    refunds: tuple[ToldRefund, ...] = ()
    card: ToldCard | None = None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What is to go back. `reference` is the payment's. `is_repeated`: an earlier try may have had its effect under
    another key, so that the provider is asked first whether it knows the refund.
    """

    reference: str
    refund_id: UUID
    amount: int
    key: str
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What an event is about: `reference` names a payment, a card's setup, or a card. `payment_id` is ours, if it has
    one.
    """

    event_id: str
    type: str
    subject: ProviderEvent.Subject
    reference: str
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """A card about to be linked: what the customer needs to give it to the provider."""

    reference: str
    client_secret: str
    url: str | None


class Cards(Protocol):
    """Cards that customers keep at the provider. All of it raises ProviderError."""

    def new_customer(self, *, customer_id: UUID, key: str) -> str:
        """A name for the customer there. Nothing is told of them but our id."""

    def set_up(self, *, customer: str, key: str) -> Setup:
        """Begin to link a card."""

    def fetch_linked(self, reference: str) -> ToldCard | None:
        """The card of a finished setup, by the setup's reference; None while there is none."""

    def unlink(self, reference: str) -> None:
        """Forget a card; one that is not there is forgotten."""

    def forget_customer(self, reference: str) -> None:
        """Forget a customer and all of their cards; one who is not there is forgotten."""


class PaymentProvider(Protocol):
    """Somebody who takes money. All but `read_event` raise ProviderError."""

    name: str
    publishable_key: str
    cards: Cards

    def start(self, charge: Charge) -> Told:
        """Have it ready to be paid; with a linked card, charge it."""

    def fetch(self, reference: str) -> Told:
        """How it stands."""

    def capture(self, *, reference: str, amount: int, key: str) -> Told:
        """Take what is authorised, up to `amount`. How it stands then, also where it could not be taken."""

    def cancel(self, reference: str) -> Told:
        """See to it that no money comes. How it stands then: where it was paid before, `succeeded`."""

    def refund(self, order: RefundOrder) -> ToldRefund:
        """Give back."""

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        """What was sent to us, if it is the provider's word. Raises SignatureInvalid."""
