"""Money at the door: recording it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, money_column, on_one_line, show_money
from customerbackend.errors import Refusal
from customerbackend.money import PaymentMethod
from orders.models import Order
from payments.door import change_of, due_at_the_door, record_door_payment
from payments.models import DoorOrder


def record_action(method: PaymentMethod, title: Any) -> Callable[..., Any]:
    """An action that records the money of the chosen orders as taken in this way."""

    def record(model_admin: "DoorOrderAdmin", request: HttpRequest, queryset: QuerySet[Order]) -> None:
        model_admin.record_chosen(request, queryset, method)

    record.__name__ = f"record_{method.value}"
    record.short_description = title  # type: ignore[attr-defined]
    record.allowed_permissions = ("record",)  # type: ignore[attr-defined]
    return record


@admin.register(DoorOrder)
class DoorOrderAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Orders at the door whose money has not been recorded. Who may add payments may record it."""

    list_display = ("number", "branch", "status", "asked", "shown_owed", "change", "placed")
    list_display_links = None
    list_filter = ("branch", "payment_method", "business_date")
    list_select_related = ("branch",)
    search_fields = ("number",)
    search_help_text = _("Number of the order")
    actions = (
        record_action(PaymentMethod.CASH, _("Record as paid in cash")),
        record_action(PaymentMethod.TERMINAL, _("Record as paid by card terminal")),
    )

    shown_owed = money_column("owed", _("to be paid"))
    placed = moment_column("placed_at", _("placed"), lambda order: order.branch.time_zone)

    @display(description=_("asked for"))
    def asked(self, order: Order) -> str:
        return order.get_payment_method_display()

    @display(description=_("change to give"))
    def change(self, order: Order) -> str | None:
        return on_one_line(show_money(change_of(order), order.currency))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return DoorOrder.objects.filter(id__in=due_at_the_door().values("id"))

    def has_record_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may say that money was taken."""
        return request.user.has_perm("payments.add_payment")

    def record_chosen(self, request: HttpRequest, queryset: QuerySet[Order], method: PaymentMethod) -> None:
        """Record each, and say what was refused."""
        recorded = 0
        for order in queryset.order_by("id"):
            try:
                record_door_payment(order_id=order.id, method=method.value, recorded_by=request.user.get_username())
                recorded += 1
            except Refusal as refusal:
                self.message_user(request, f"{order.number}: {refusal.detail}", messages.WARNING)
        text = ngettext("%(count)d payment has been recorded.", "%(count)d payments have been recorded.", recorded)
        self.message_user(request, text % {"count": recorded}, messages.SUCCESS if recorded else messages.INFO)
