"""How an intent goes on: money that is taken, promised, declined, comes late or comes twice."""

from datetime import timedelta

from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone

from payments.failures import DECLINED
from payments.models import Payment, SandboxIntent
from payments.providers.sandbox.books import keep_card, lock_customer, lock_intent, write_event

# How long after the payment was due late money comes, if nobody cancels it: whoever lets it expire comes first.
BANK_DELAY = timedelta(seconds=10)


class Button(TextChoices):
    """What can be pressed on the page of a payment."""

    PAY = "pay"
    DECLINE = "decline"
    PAY_LATE = "pay-late"
    PAY_TWICE = "pay-twice"


@transaction.atomic(durable=True)
def press_button(*, reference: str, button: Button) -> None:
    """Do what the button says; nothing where it can no longer be paid. Locks the intent. Raises ProviderError."""
    intent = lock_intent(reference)
    if not intent.is_payable:
        return
    if button == Button.PAY:
        pay(intent)
    elif button == Button.DECLINE:
        change(intent, state=Payment.State.FAILED, failure=DECLINED)
    elif button == Button.PAY_LATE:
        intent.arrives_at = intent.due_at + BANK_DELAY
        intent.save()
    else:
        take(intent, 2 * intent.amount)


def pay(intent: SandboxIntent) -> None:
    """Have it paid as was asked: taken, or held to be captured. The intent must be locked."""
    if intent.captures_later:
        keep_used_card(intent)
        change(intent, state=Payment.State.AUTHORISED, authorised=intent.amount)
    else:
        take(intent, intent.amount)


def take(intent: SandboxIntent, amount: int) -> None:
    """Take the money, whatever the state was. The intent must be locked."""
    keep_used_card(intent)
    change(intent, state=Payment.State.SUCCEEDED, captured=amount)


def change(
    intent: SandboxIntent, *, state: Payment.State, authorised: int = 0, captured: int = 0, failure: str = ""
) -> None:
    """Write a new state, with what is true in it, and its event."""
    intent.state = state
    intent.authorised, intent.captured, intent.failure = authorised, captured, failure
    intent.updated_at = timezone.now()
    intent.save()
    write_event(f"payment.{state.value}", intent.reference, intent.payment_id)


def keep_used_card(intent: SandboxIntent) -> None:
    """Keep the card that it is paid with, if that was asked for and the customer has not been forgotten meanwhile."""
    if not intent.saves_card or intent.card:
        return
    customer = lock_customer(intent.customer)
    if customer:
        intent.card = keep_card(customer).reference


@transaction.atomic(durable=True)
def let_late_money_arrive() -> None:
    """What was paid late and whose moment has come succeeds, also where it has been cancelled. Locks those intents."""
    late = SandboxIntent.objects.select_for_update(skip_locked=True).filter(arrives_at__lte=timezone.now())
    for intent in late.order_by("arrives_at"):
        intent.arrives_at = None
        take(intent, intent.amount)
