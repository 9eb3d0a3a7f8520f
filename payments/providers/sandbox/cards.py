"""Cards that customers keep at the sandbox, and the page on which they link one."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone

from payments.models import SandboxCard, SandboxCustomer, SandboxSetup
from payments.providers.base import Setup, ToldCard
from payments.providers.sandbox.books import (
    forget_card,
    keep_card,
    key_reused,
    lock_customer,
    new_client_secret,
    new_reference,
    refusal,
    tell_card,
    write_event,
)


class CardButton(TextChoices):
    """What can be pressed on the page of a setup."""

    LINK = "link"
    DECLINE = "decline"


class SandboxCards:
    """`Cards`. Each method that writes is one transaction; the lock is the customer's."""

    @transaction.atomic(durable=True)
    def new_customer(self, *, customer_id: UUID, key: str) -> str:
        """A name for the customer. Raises ProviderError for another's key."""
        customer, _is_new = SandboxCustomer.objects.get_or_create(
            key=key,
            defaults={"reference": new_reference("sbxcus"), "customer_id": customer_id, "created_at": timezone.now()},
        )
        if customer.customer_id != customer_id:
            raise key_reused()
        return customer.reference

    @transaction.atomic(durable=True)
    def set_up(self, *, customer: str, key: str) -> Setup:
        """Open a page on which a card is linked. Raises ProviderError for an unknown customer or another's key."""
        if lock_customer(customer) is None:
            raise refusal("There is no such customer.", "unknown_customer")
        reference = new_reference("sbxset")
        setup, _is_new = SandboxSetup.objects.get_or_create(
            key=key,
            defaults={
                "reference": reference,
                "customer_id": customer,
                "state": SandboxSetup.State.WAITING,
                "client_secret": new_client_secret(reference),
                "created_at": timezone.now(),
            },
        )
        if setup.customer_id != customer:
            raise key_reused()
        url = f"{settings.PUBLIC_URL}/sandbox/cards/{setup.reference}"
        return Setup(reference=setup.reference, client_secret=setup.client_secret, url=url)

    def fetch_linked(self, reference: str) -> ToldCard | None:
        """The card that was linked on the setup's page; None while there is none, and when it has been forgotten."""
        names = SandboxSetup.objects.filter(reference=reference).values("card")
        card = SandboxCard.objects.filter(reference__in=names).first()
        return tell_card(card) if card else None

    @transaction.atomic(durable=True)
    def unlink(self, reference: str) -> None:
        """Forget a card; one that is not there is forgotten."""
        forget_card(reference)

    @transaction.atomic(durable=True)
    def forget_customer(self, reference: str) -> None:
        """Forget a customer, their cards and setups; one who is not there is forgotten."""
        customer = lock_customer(reference)
        if customer is None:
            return
        for card in customer.cards.order_by("reference"):
            forget_card(card.reference)
        customer.setups.all().delete()
        customer.delete()


@transaction.atomic(durable=True)
def press_card_button(*, setup: SandboxSetup, button: CardButton) -> None:
    """Link the customer's card, or have that declined; nothing once it is linked, or the customer forgotten. Locks the
    customer.
    """
    customer = lock_customer(setup.customer_id)
    found = SandboxSetup.objects.filter(reference=setup.reference).first()
    if customer is None or found is None or found.state == SandboxSetup.State.LINKED:
        return
    if button == CardButton.LINK:
        found.state, found.card = SandboxSetup.State.LINKED, keep_card(customer).reference
    else:
        found.state = SandboxSetup.State.DECLINED
    found.save()
    write_event(f"card.{found.state}", found.reference)
