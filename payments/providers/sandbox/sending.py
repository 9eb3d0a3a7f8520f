"""Telling our side what happened, as a provider outside would: signed, over HTTP, after the fact."""

import logging
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from payments.models import SandboxEvent
from payments.providers.sandbox.changes import let_late_money_arrive
from payments.providers.sandbox.signing import HEADER, sign

logger = logging.getLogger("customerbackend.sandbox")

TIMEOUT_SECONDS = 5
# Longer than a try takes: an event whose sender has died is sent by another one then.
LEASE = timedelta(seconds=30)
PAUSES = [timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600)]
LAST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)


def send_sandbox_events() -> int:
    """Send what is to be sent by now, by id; how many were delivered. To be called every second, by any number of
    workers: each event is one sender's at a time. Money that is late arrives here, too.

    One that is not taken is sent again later and does not hold the others up. Where nobody answers at all, the round
    ends with that: the others would wait for the same.
    """
    let_late_money_arrive()
    began = timezone.now()
    delivered = 0
    with requests.Session() as session:
        session.trust_env = False  # no proxy between us and ourselves
        while event := claim_event(began):
            status = post(session, event)
            if 200 <= status < 300:
                SandboxEvent.objects.filter(id=event.id).update(delivered_at=timezone.now(), next_at=None)
                delivered += 1
                continue
            postpone(event, status)
            if not status:
                break
    return delivered


@transaction.atomic(durable=True)
def claim_event(began: datetime) -> SandboxEvent | None:
    """The next event that was due when the round began, now this sender's until the lease ends. Locks it meanwhile."""
    due = SandboxEvent.objects.select_for_update(skip_locked=True).filter(next_at__lte=began)
    event = due.order_by("id").first()
    if event:
        event.tries += 1
        event.next_at = timezone.now() + LEASE
        event.save(update_fields=["tries", "next_at"])
    return event


def post(session: requests.Session, event: SandboxEvent) -> int:
    """Send one event; the status of the answer, 0 where there was none."""
    body = event.body.encode()
    try:
        answer = session.post(
            f"{settings.PUBLIC_URL}/webhooks/sandbox",
            data=body,
            headers={"Content-Type": "application/json", HEADER: sign(body)},
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException:
        return 0
    return answer.status_code


def postpone(event: SandboxEvent, status: int) -> None:
    """Have it sent again after a pause, unless another sender has taken it over; given up when it is too old."""
    logger.warning("sandbox event not delivered", extra={"status": status, "count": event.tries})
    pause = PAUSES[event.tries - 1] if event.tries <= len(PAUSES) else LAST_PAUSE
    next_at = timezone.now() + pause
    still_ours = SandboxEvent.objects.filter(id=event.id, tries=event.tries, delivered_at=None)
    still_ours.update(next_at=next_at if next_at <= event.created_at + GIVEN_UP_AFTER else None)
