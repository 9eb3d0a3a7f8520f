"""Payments, to look at."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, money_column
from customerbackend.errors import Refusal
from orders.admin.pages import LARGE
from payments.door import take_back_record
from payments.failures import DETAILS
from payments.models import Payment, Provider, Refund

PAYMENT_LOOKS = {
    "waiting": "info", "authorised": "primary", "succeeded": "success", "failed": "danger", "cancelled": "default",
}  # fmt: skip


def show_way(payment: Payment) -> str:
    """How it is paid and, but at the door, who takes the money."""
    if payment.provider == Provider.DOOR:
        return payment.get_method_display()
    provider = payment.get_provider_display()
    return format_html('{}<div class="text-subtle text-xs">{}</div>', payment.get_method_display(), provider)


def zone_of_order(payment: Payment) -> str:
    """Moments are shown as the clock of the order's branch shows them, as on the order's page."""
    return payment.order.branch.time_zone


class RefundInline(TabularInline):
    """What of a payment went back."""

    model = Refund
    fields = readonly_fields = ("shown_amount", "state", "reason", "failure", "recorded_by", "created", "closed")
    extra = 0
    can_delete = False
    hide_title = True

    shown_amount = money_column("amount", _("amount"))
    created = moment_column("created_at", _("begun"), lambda refund: zone_of_order(refund.payment))
    closed = moment_column("closed_at", _("closed"), lambda refund: zone_of_order(refund.payment))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("payment__order__branch")

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Payment)
class PaymentAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Payments are written by what happened, not by a form. Who may change payments may take back what was recorded at
    the door by mistake.
    """

    list_display = ("order", "way", "shown_state", "shown_amount", "shown_captured", "shown_given_back", "created")
    list_filter = ("method", "provider", "state")
    search_fields = ("order__number", "reference")
    search_help_text = _("Number of the order, or the payment's name at the provider")
    actions = ("take_back",)
    readonly_fields = (
        "failure", "shown_amount", "shown_authorised", "shown_captured", "shown_given_back", "created", "succeeded",
    )  # fmt: skip

    shown_amount = money_column("amount", _("amount"))
    shown_authorised = money_column("authorised", _("authorised"))
    shown_captured = money_column("captured", _("taken"))
    shown_given_back = money_column("given_back", _("given back, or on its way"))
    created = moment_column("created_at", _("begun"), zone_of_order)
    succeeded = moment_column("succeeded_at", _("succeeded"), zone_of_order)

    @display(description=_("paid by"))
    def way(self, payment: Payment) -> str:
        return show_way(payment)

    @display(description=_("state"), label=PAYMENT_LOOKS)
    def shown_state(self, payment: Payment) -> tuple[str, Any]:
        return payment.state, payment.get_state_display()

    @display(description=_("failure"))
    def failure(self, payment: Payment) -> Any:
        return DETAILS.get(payment.failure_code, payment.failure_code) or None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        payments = super().get_queryset(request).select_related("order__branch")
        return payments.defer(*[f"order__{name}" for name in LARGE])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What can be said of it: at the door nobody but us has a name for it, and somebody says that it was taken."""
        fields = ["order", "method", "state"]
        if obj is not None and obj.provider == Provider.DOOR:
            fields += ["recorded_by"]
        else:
            fields[2:2] = ["provider", "reference"]
        if obj is not None and obj.failure_code:
            fields += ["failure"]
        fields += ["shown_amount"]
        if obj is not None and obj.captures_later:
            fields += ["captures_later", "shown_authorised"]
        return [*fields, "shown_captured", "shown_given_back", "created", "succeeded"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only what was taken can go back."""
        return [RefundInline] if obj is not None and obj.captured else []

    def has_take_back_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may say that money was recorded by mistake."""
        return request.user.has_perm("payments.change_payment")

    @admin.action(description=_("Take back what was recorded at the door by mistake"), permissions=["take_back"])
    def take_back(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        """Take back each, and say what was refused."""
        taken = 0
        for payment in queryset.order_by("id"):
            try:
                take_back_record(payment_id=payment.id, recorded_by=request.user.get_username())
                taken += 1
            except Refusal as refusal:
                self.message_user(request, f"{payment.order.number}: {refusal.detail}", messages.WARNING)
        text = ngettext("%(count)d record has been taken back.", "%(count)d records have been taken back.", taken)
        self.message_user(request, text % {"count": taken}, messages.SUCCESS if taken else messages.INFO)
