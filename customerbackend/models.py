"""What the ground floor keeps: the answers to requests with an Idempotency-Key, and how often something was tried."""

from django.db import models

from customerbackend.ids import new_id


class IdempotentAnswer(models.Model):
    """The first answer to a request with an Idempotency-Key, kept to be replayed byte for byte.

    The row is inserted when the request begins and committed with what the request did, so that whoever sends the same
    key at the same time waits for the row; a request that is refused, or whose process dies, leaves no row. Where the
    request asks others over the network, the row is committed first, without a status.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    caller_id = models.UUIDField(help_text="Whose key it is: the id of a customer or of a service key.")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")
    location = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("caller_id", "key", name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.key} ({self.status})"


class Throttle(models.Model):
    """How often one subject has tried something in the window that ends at `resets_at`; see `throttling`."""

    key = models.CharField(max_length=64, primary_key=True, help_text="Keyed hash of limit and subject.")
    count = models.IntegerField()
    rounds = models.PositiveSmallIntegerField(help_text="How many windows in a row were used up before this one.")
    resets_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.resets_at:%H:%M:%S}"
