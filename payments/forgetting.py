"""Having providers forget the cards that were unlinked and the customers who were erased."""

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from payments.models import Forgetting
from payments.providers.base import ProviderError
from payments.providers.registry import provider_of

logger = logging.getLogger("customerbackend.payments")

LONGEST_PAUSE = timedelta(hours=1)


def process_forgettings() -> int:
    """Ask the providers for all that is due; how many went. Asking twice does no harm."""
    went = 0
    for row in list(Forgetting.objects.filter(next_at__lte=timezone.now()).order_by("created_at", "id")):
        try:
            ask(row)
        except ProviderError as fault:
            logger.warning("provider: %s", fault, extra={"forgetting_id": str(row.id)})
            pause = min(timedelta(seconds=5) * 2 ** min(row.tries, 12), LONGEST_PAUSE)
            Forgetting.objects.filter(id=row.id).update(next_at=timezone.now() + pause, tries=F("tries") + 1)
        else:
            Forgetting.objects.filter(id=row.id).delete()
            went += 1
    return went


def ask(row: Forgetting) -> None:
    """Raises ProviderError."""
    cards = provider_of(row.provider).cards
    if row.kind == Forgetting.Kind.CUSTOMER:
        cards.forget_customer(row.reference)
    else:
        cards.unlink(row.reference)
