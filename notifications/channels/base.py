"""What every channel takes, and how it says that something did not arrive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

SEND_SECONDS = 10  # no channel takes longer for a parcel


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery with all that a channel needs to carry it out; no channel asks the database.

    `target` describes the device (`kind`, `token`, `p256dh`, `auth`) or the endpoint (`url`, `secrets`), and is None
    where that is there no more; it is empty for mail, which goes to `address`. `message_id` is the same however often
    it is sent.
    """

    delivery_id: UUID
    outlet: str
    target_id: UUID
    attempts: int
    message_id: UUID
    kind: str
    recipient_kind: str
    recipient_id: UUID
    subject_id: UUID | None
    language: str
    data: dict[str, Any]
    created_at: datetime
    expires_at: datetime | None
    address: str
    target: Any


class NotDelivered(Exception):
    """It did not arrive. Who sends decides what that means, since each provider says it in its own way.

    `is_final`: it will not arrive however often it is sent. `is_target_gone`: nothing will arrive there any more, and
    the target goes. `is_target_closed`: the target is switched off until staff switch it on again, and what is for it
    waits. `is_outlet_unwell`: what failed is the way itself, for everything that leaves by it. `retry_seconds`: not
    before. The text says what was answered, without anything personal.
    """

    def __init__(
        self,
        error: str,
        *,
        status_code: int | None = None,
        is_final: bool = False,
        is_target_gone: bool = False,
        is_target_closed: bool = False,
        is_outlet_unwell: bool = False,
        retry_seconds: float | None = None,
    ) -> None:
        super().__init__(error)
        self.status_code = status_code
        self.is_final = is_final or is_target_gone
        self.is_target_gone = is_target_gone
        self.is_target_closed = is_target_closed
        self.is_outlet_unwell = is_outlet_unwell
        self.retry_seconds = retry_seconds


class Send(Protocol):
    """What a channel offers. Any number of threads call it at once."""

    def __call__(self, parcel: Parcel) -> int | None:
        """Bring the parcel to its target, within SEND_SECONDS; the status code of the answer, where there is one.

        Raises NotDelivered.
        """
