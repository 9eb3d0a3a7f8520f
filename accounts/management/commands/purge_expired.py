"""Delete what has expired."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Code, PasswordReset, Session, SignUp
from customerbackend.idempotency import KEPT
from customerbackend.models import IdempotentAnswer, Throttle
from customerbackend.throttling import LONGEST_SECONDS

# Ended sessions are kept for a while: a customer may ask where they were signed in.
SESSIONS_KEPT = timedelta(days=30)
SIGN_UPS_KEPT = timedelta(days=1)
BATCH = 5_000


class Command(BaseCommand):
    help = "Delete, in batches, kept answers, unfinished sign-ups, codes, ended sessions and tries whose time is over."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        ended = Q(ended_at__lt=now - SESSIONS_KEPT) | Q(expires_at__lt=now - SESSIONS_KEPT)
        sign_ups = SignUp.objects.filter(created_at__lt=now - SIGN_UPS_KEPT)
        of_no_sign_up = Q(purpose=Code.Purpose.SIGN_UP) & ~Q(subject_id__in=SignUp.objects.values("id"))
        of_no_change = Q(purpose=Code.Purpose.EMAIL_CHANGE, expires_at__lt=now - SIGN_UPS_KEPT)
        for rows in (
            IdempotentAnswer.objects.filter(created_at__lt=now - KEPT),
            sign_ups,
            Code.objects.filter(of_no_sign_up | of_no_change),
            PasswordReset.objects.filter(expires_at__lt=now),
            Session.objects.filter(ended),
            # A limit that has grown remembers it for that long.
            Throttle.objects.filter(resets_at__lt=now - timedelta(seconds=LONGEST_SECONDS)),
        ):
            self.stdout.write(f"{purge(rows)} {rows.model._meta.verbose_name_plural} deleted.")


def purge(rows: "QuerySet[Any]") -> int:
    """Delete the rows, a batch a transaction, so that no lock is held for long. How many they were."""
    total = 0
    while ids := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.filter(pk__in=ids).delete()  # asked again: one that was renewed meanwhile stays
        total += len(ids)
    return total
