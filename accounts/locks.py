"""The lock under which everything that a customer owns is changed."""

from django.utils import timezone

from accounts.models import Customer
from customerbackend.callers import Caller, TokenInvalid
from customerbackend.statements import Statement

LOCK = Statement(
    "lock_customer", "uuid", "SELECT id FROM accounts_customer WHERE id = $1 AND is_active FOR NO KEY UPDATE"
)


def lock_customer(caller: Caller) -> Customer:
    """The caller's row, locked until the transaction ends. Raises TokenInvalid unless their session lives.

    The lock keeps others from changing what the customer owns, not from placing orders. The session is looked at once
    it is held: a statement that waits for a row sees other tables as they were before.
    """
    LOCK.row(caller.customer_id)
    living = Customer.objects.filter(
        id=caller.customer_id,
        is_active=True,
        sessions__id=caller.session_id,
        sessions__ended_at=None,
        sessions__expires_at__gt=timezone.now(),
    )
    customer = living.first()
    if customer is None:
        raise TokenInvalid()
    return customer
