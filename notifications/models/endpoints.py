"""Where kitchen, warehouse, couriers and staff are told: endpoints of their services, mailboxes of people."""

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customerbackend.ids import new_id
from notifications.models.message import Recipient

SERVICES = [choice for choice in Recipient.choices if choice[0] != Recipient.CUSTOMER]


class Subscription(models.Model):
    """What somebody is to be told: by whom it was meant to be heard, of which branches, which kinds."""

    branch_ids = ArrayField(
        models.UUIDField(), default=list, blank=True, verbose_name=_("branches"), help_text=_("None: all of them.")
    )
    kinds = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        verbose_name=_("kinds of messages"),
        help_text=_("None: all that there are."),
    )
    is_on = models.BooleanField(_("on"), default=True, help_text=_("Off: what happens meanwhile is not told."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def wants(self, kind: str, branch_id: UUID) -> bool:
        """Whether a message of this kind about this branch is to be told there."""
        return (not self.kinds or kind in self.kinds) and (not self.branch_ids or branch_id in self.branch_ids)


class Endpoint(Subscription):
    """A service that is told by webhooks. Both secrets sign while one is replaced by the next.

    How it fares is noted to the second by whoever delivers; it may lag behind what the deliveries say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    recipient_kind = models.CharField(_("told as"), max_length=16, choices=SERVICES)
    url = models.CharField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=100)
    previous_secret = models.CharField(max_length=100, blank=True, default="")
    previous_until = models.DateTimeField(null=True, blank=True)
    off_note = models.CharField(max_length=300, blank=True, default="", help_text=_("Why it was switched off."))
    last_delivered_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("endpoint")
        verbose_name_plural = _("endpoints")
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient_kind__in=["kitchen", "warehouse", "courier", "staff"]),
                name="endpoint_of_a_service",
            ),
            models.CheckConstraint(condition=~Q(secret=""), name="endpoint_has_a_secret"),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until__isnull=True)
                | (~Q(previous_secret="") & Q(previous_until__isnull=False)),
                name="endpoint_previous_secret_ends",
            ),
            models.CheckConstraint(condition=Q(is_on=False) | Q(off_note=""), name="endpoint_off_where_it_says_why"),
        ]

    def __str__(self) -> str:
        return self.name


class Mailbox(Subscription):
    """A person of the staff who is told by email."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.EmailField(_("address"), unique=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)

    class Meta:
        verbose_name = _("mailbox of staff")
        verbose_name_plural = _("mailboxes of staff")

    def __str__(self) -> str:
        return self.address
