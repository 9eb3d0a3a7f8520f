"""Refunds: to look at, and to say that money from the door was handed back."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, money_column
from customerbackend.errors import Refusal
from orders.admin.pages import LARGE
from payments.admin.payments import show_way, zone_of_order
from payments.door import record_handed_back
from payments.models import Provider, Refund

REFUND_LOOKS = {"pending": "info", "action_required": "warning", "succeeded": "success", "failed": "danger"}


@admin.register(Refund)
class RefundAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Refunds follow from what is held above what is owed. Who may change refunds may record what was handed back."""

    list_display = ("order", "way", "shown_state", "shown_amount", "reason", "created")
    list_filter = ("state", "reason", "payment__provider")
    search_fields = ("payment__order__number",)
    search_help_text = _("Number of the order")
    readonly_fields = ("order", "shown_amount", "created", "closed")
    actions = ("hand_back",)

    shown_amount = money_column("amount", _("amount"))
    created = moment_column("created_at", _("begun"), lambda refund: zone_of_order(refund.payment))
    closed = moment_column("closed_at", _("closed"), lambda refund: zone_of_order(refund.payment))

    @display(description=_("order"))
    def order(self, refund: Refund) -> str:
        return refund.payment.order.number

    @display(description=_("paid by"))
    def way(self, refund: Refund) -> str:
        return show_way(refund.payment)

    @display(description=_("state"), label=REFUND_LOOKS)
    def shown_state(self, refund: Refund) -> tuple[str, Any]:
        return refund.state, refund.get_state_display()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        refunds = super().get_queryset(request).select_related("payment__order__branch")
        return refunds.defer(*[f"payment__order__{name}" for name in LARGE])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What can be said of it: at the door nobody but us has a name for it, elsewhere nobody hands it back."""
        at_the_door = obj is not None and obj.payment.provider == Provider.DOOR
        told = ("recorded_by",) if at_the_door else ("reference", "failure")
        return ("order", "payment", "state", "reason", "shown_amount", *told, "created", "closed")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The order's page leads here."""
        return lookup == "payment__order__id" or super().lookup_allowed(lookup, value, request)

    def has_record_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may say that money was handed back."""
        return request.user.has_perm("payments.change_refund")

    @admin.action(description=_("Record as handed back"), permissions=["record"])
    def hand_back(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Record each, and say what was refused."""
        recorded = 0
        for refund in queryset.select_related("payment__order").order_by("id"):
            try:
                record_handed_back(refund_id=refund.id, recorded_by=request.user.get_username())
                recorded += 1
            except Refusal as refusal:
                self.message_user(request, f"{refund.payment.order.number}: {refusal.detail}", messages.WARNING)
        text = ngettext("%(count)d refund has been recorded.", "%(count)d refunds have been recorded.", recorded)
        self.message_user(request, text % {"count": recorded}, messages.SUCCESS if recorded else messages.INFO)
