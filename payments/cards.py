"""Cards that customers keep at the provider for the next time."""

from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound

from accounts.locks import LOCK, lock_customer
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod
from customerbackend.owned import one_statement, page_statement, read_one, read_page
from customerbackend.sqljson import json_object, json_text, json_time, json_value, json_word
from customerbackend.statements import in_transaction
from customerbackend.throttling import count_try
from orders.planning import PaymentNotPossible
from payments.models import Forgetting, LinkedCard, ProviderCustomer
from payments.providers.base import PaymentProvider, Setup, ToldCard
from payments.providers.registry import current_provider

MOST = 20


class CardUnknown(Refusal):
    status_code = 422
    default_code = "card_unknown"
    title = _("Unknown card")
    default_detail = _("There is no such card in your account.")


class TooManyCards(Refusal):
    """`most` is how many a customer may keep."""

    status_code = 409
    default_code = "too_many_cards"
    title = _("Too many cards")
    default_detail = _("Unlink a card that you no longer need before you link another one.")


CARD = json_object(
    id=json_word("mine.id"),
    brand=json_text("mine.brand"),
    last4=json_text("mine.last4"),
    expires_month=json_value("mine.expires_month"),
    expires_year=json_value("mine.expires_year"),
    created_at=json_time("mine.created_at"),
)
READ_CARDS = page_statement("read_cards", table="payments_linkedcard", item=CARD)
READ_CARD = one_statement("read_card", table="payments_linkedcard", item=CARD)


def read_cards(*, caller: Caller, limit: int, cursor: str | None) -> str:
    """A page of the caller's linked cards as JSON, newest first. Raises TokenInvalid. One statement."""
    return read_page(READ_CARDS, caller=caller, limit=limit, cursor=cursor)


def card_exists(*, caller: Caller, card_id: UUID) -> None:
    """Raise TokenInvalid or NotFound."""
    read_one(READ_CARD, caller=caller, row_id=card_id)


def set_up_card(*, caller: Caller) -> tuple[Setup, PaymentProvider]:
    """Begin to link a card: what the customer needs to give it to the provider, and which provider that is.

    The card is there when the provider tells that it was given. Raises PaymentNotPossible, Throttled, TokenInvalid,
    TooManyCards, ProviderError.
    """
    if PaymentMethod.CARD not in settings.PAYMENT_METHODS or not settings.PAYMENT_PROVIDER:
        raise PaymentNotPossible(payment_methods=settings.PAYMENT_METHODS)
    count_try("card_setup_by_customer", str(caller.customer_id))
    check_room(caller)
    provider = current_provider()
    customer = customer_at(provider, caller)
    return provider.cards.set_up(customer=customer, key=f"setup-{new_id()}"), provider


def check_room(caller: Caller) -> None:
    """Raise TooManyCards unless the caller may link another one."""
    if LinkedCard.objects.filter(customer_id=caller.customer_id).count() >= MOST:
        raise TooManyCards(most=MOST)


def customer_at(provider: PaymentProvider, caller: Caller) -> str:
    """The provider's name for the caller, made there if need be. Raises TokenInvalid, ProviderError."""
    known = ProviderCustomer.objects.filter(customer_id=caller.customer_id, provider=provider.name)
    reference = known.values_list("reference", flat=True).first()
    if reference is not None:
        return reference
    made = provider.cards.new_customer(customer_id=caller.customer_id, key=f"customer-{new_id()}")
    try:
        return keep_customer(provider.name, caller, made)
    except TokenInvalid:
        forget(provider.name, Forgetting.Kind.CUSTOMER, made)
        raise


@in_transaction
def keep_customer(provider: str, caller: Caller, reference: str) -> str:
    """Keep the name, or forget it where another request was quicker; the one that holds. Locks the customer."""
    lock_customer(caller)
    row, is_new = ProviderCustomer.objects.get_or_create(
        customer_id=caller.customer_id,
        provider=provider,
        defaults={"reference": reference, "created_at": timezone.now()},
    )
    if not is_new:
        forget(provider, Forgetting.Kind.CUSTOMER, reference)
    return row.reference


def keep_card(card: ToldCard, *, provider: str) -> None:
    """Keep a card that its customer has linked; linked again, it is the same one. In the current transaction.

    One of a customer who is no longer known here is forgotten at the provider, and one that is to be forgotten stays
    so. Locks the customer, as erasing does.
    """
    lock_owner(card)
    owner = ProviderCustomer.objects.filter(provider=provider, reference=card.customer).first()
    if owner is None:
        forget(provider, Forgetting.Kind.CARD, card.reference)
        return
    if Forgetting.objects.filter(provider=provider, reference=card.reference).exists():
        return
    facts = {
        "reference": card.reference,
        "brand": card.brand,
        "last4": card.last4,
        "expires_month": card.expires_month,
        "expires_year": card.expires_year,
    }
    mine = LinkedCard.objects.filter(customer_id=owner.customer_id, provider=provider, fingerprint=card.fingerprint)
    known = mine.first()
    if known is None:
        LinkedCard.objects.create(
            customer_id=owner.customer_id,
            provider=provider,
            fingerprint=card.fingerprint,
            created_at=timezone.now(),
            **facts,
        )
        return
    if known.reference != card.reference:
        forget(provider, Forgetting.Kind.CARD, known.reference)
    mine.update(**facts)


def lock_owner(card: ToldCard) -> None:
    """Lock the customer whose card it is, if they are known, until the transaction ends."""
    owner = ProviderCustomer.objects.filter(reference=card.customer)
    LOCK.row(owner.values_list("customer_id", flat=True).first())


@in_transaction
def unlink_card(*, caller: Caller, card_id: UUID) -> None:
    """Unlink a card; the provider is told to forget it within seconds. Raises TokenInvalid, NotFound.

    Locks the customer.
    """
    lock_customer(caller)
    card = LinkedCard.objects.select_for_update().filter(id=card_id, customer_id=caller.customer_id).first()
    if card is None:
        raise NotFound()
    forget(card.provider, Forgetting.Kind.CARD, card.reference)
    card.delete()


def drop_card(*, provider: str, reference: str) -> None:
    """The provider no longer has this card."""
    LinkedCard.objects.filter(provider=provider, reference=reference).delete()


def forget(provider: str, kind: Forgetting.Kind, reference: str) -> None:
    """Have the provider forget something, after the current transaction."""
    now = timezone.now()
    Forgetting.objects.get_or_create(
        provider=provider, reference=reference, defaults={"kind": kind, "next_at": now, "created_at": now}
    )
