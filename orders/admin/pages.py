"""The list of orders, the page of one, and the pages that ask for a reason, a delay or an adjustment."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from accounts.models import Customer
from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, money_column, on_one_line, show_moment
from orders.admin.adjusting import FORMS, adjust_and_tell
from orders.admin.adjusting import NAMES as ADJUSTMENT_NAMES
from orders.admin.delaying import NAME as DELAY_NAME
from orders.admin.delaying import DelayForm, delay_and_tell
from orders.admin.detail import describe_order
from orders.admin.filters import BusinessDateFilter, StatusFilter
from orders.admin.looks import STATUS_LOOKS
from orders.admin.moves import NAMES, move_and_tell, needs_reason, reason_form
from orders.models import Order
from orders.statuses import CURRENT, Status

LARGE = ("items", "charges", "tax", "seller", "demand", "place", "contact", "comment")
CUSTOMERS_FOUND = 200


def move_action(to: Status) -> Callable[..., Any]:
    """An action of the list that brings the chosen orders into the status."""

    def move(model_admin: "OrderAdmin", request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        return model_admin.move_chosen(request, queryset, to)

    move.__name__ = f"move_to_{to.value}"
    move.short_description = NAMES[to]  # type: ignore[attr-defined]
    move.allowed_permissions = ("move",)  # type: ignore[attr-defined]
    return move


def zone_of_branch(order: Order) -> str:
    """Times of an order are shown as its branch's clock shows them."""
    return order.branch.time_zone


class OrderList(ChangeList):
    """The list without the documents that only the page of one order shows."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Order]:
        return super().get_queryset(*args, **kwargs).defer(*LARGE)


@admin.register(Order)
class OrderAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Everything is read-only. Who may change orders (`orders.change_order`) may move them, by `orders.lifecycle`,
    delay them, by `orders.delaying`, and lower what they owe, by `orders.adjusting`.
    """

    list_display = (
        "number", "branch", "customer", "shown_status", "placed", "promised", "shown_total", "shown_owed", "payment",
    )  # fmt: skip
    list_filter = (StatusFilter, "branch", BusinessDateFilter, "delivery_method", "payment_state")
    search_fields = ("number",)
    search_help_text = _("Number of the order, or login or email of the customer")
    list_fullwidth = True
    fields = ("number",)
    actions = [*(move_action(to) for to in NAMES), "delay_chosen"]

    placed = moment_column("placed_at", _("placed"), zone_of_branch)
    shown_total = money_column("total", _("total"))
    shown_owed = money_column("owed", _("owed"))

    @display(description=_("status"), label=STATUS_LOOKS)
    def shown_status(self, order: Order) -> tuple[str, Any]:
        return order.status, order.get_status_display()

    @display(description=_("promised until"))
    def promised(self, order: Order) -> Any:
        shown = on_one_line(show_moment(order.estimated_delivered_to, order.branch.time_zone))
        is_late = order.status in CURRENT and order.estimated_delivered_to < timezone.now()
        return format_html('<span class="text-red-600 dark:text-red-400">{}</span>', shown) if is_late else shown

    @display(description=_("payment"))
    def payment(self, order: Order) -> str:
        method, state = order.get_payment_method_display(), order.get_payment_state_display()
        return format_html('{}<div class="text-subtle text-xs">{}</div>', method, state)

    def has_move_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may move orders."""
        return request.user.has_perm("orders.change_order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("branch", "customer")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderList]:
        return OrderList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """By the whole number, or by a part of the customer's login or email.

        Customers are sought first, so that orders are found by the indexes on number and customer.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        customers = Customer.objects.filter(Q(login__icontains=term) | Q(email__icontains=term))
        ids = list(customers.values_list("id", flat=True)[:CUSTOMERS_FOUND])
        return queryset.filter(Q(number=term) | Q(customer__in=ids)), False

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(self.move_view)
        delay = self.admin_site.admin_view(self.delay_view)
        adjust = self.admin_site.admin_view(self.adjust_view)
        return [
            path("<uuid:order_id>/move/<slug:status>/", move, name="orders_order_move"),
            path("<uuid:order_id>/delay/", delay, name="orders_order_delay"),
            path("<uuid:order_id>/adjust/<slug:kind>/", adjust, name="orders_order_adjust"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        details = describe_order(order, request, may_move=self.has_move_permission(request)) if order else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **details})

    def move_chosen(self, request: HttpRequest, queryset: QuerySet[Order], to: Status) -> HttpResponse | None:
        """Move the chosen orders; where a reason is needed, ask for it first."""
        orders = list(queryset)
        if not needs_reason(orders, to):
            move_and_tell(request, orders, to)
            return None
        form = reason_form(to, request.POST if "reason" in request.POST else None)
        if form.is_valid():
            move_and_tell(request, orders, to, form.cleaned_data["reason"])
            return None
        back = reverse("admin:orders_order_changelist")
        return self.ask_for_reason(request, orders, to, form, back, action=f"move_to_{to.value}")

    def move_view(self, request: HttpRequest, order_id: UUID, status: str) -> HttpResponse:
        """Move one order by POST; where a reason is needed and not given, the page that asks for it."""
        if not self.has_move_permission(request):
            raise PermissionDenied
        order = self.get_object(request, str(order_id))
        if order is None or status not in NAMES:
            raise Http404
        to, back = Status(status), reverse("admin:orders_order_change", args=[order_id])
        asks = needs_reason([order], to)
        form = reason_form(to, request.POST if "reason" in request.POST else None)
        if request.method == "POST" and (not asks or form.is_valid()):
            move_and_tell(request, [order], to, form.cleaned_data["reason"] if asks else "")
            return HttpResponseRedirect(back)
        if not asks:
            return HttpResponseRedirect(back)
        return self.ask_for_reason(request, [order], to, form, back)

    def ask_for_reason(
        self, request: HttpRequest, orders: list[Order], to: Status, form: Any, back: str, action: str = ""
    ) -> TemplateResponse:
        """The page that asks why."""
        context = {
            **self.admin_site.each_context(request),
            "title": NAMES[to],
            "opts": self.opts,
            "orders": orders,
            "to": to,
            "form": form,
            "action": action,
            "back": back,
        }
        return TemplateResponse(request, "admin/orders/order/reason.html", context)

    @admin.action(description=DELAY_NAME, permissions=["move"])
    def delay_chosen(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        """Ask by how much the chosen orders are delayed, and delay them."""
        orders = list(queryset)
        form = DelayForm(request.POST if "minutes" in request.POST else None)
        if form.is_valid():
            delay_and_tell(request, orders, form.cleaned_data["minutes"])
            return None
        return self.ask_for_delay(request, orders, form, reverse("admin:orders_order_changelist"), "delay_chosen")

    def delay_view(self, request: HttpRequest, order_id: UUID) -> HttpResponse:
        """The page that asks by how much one order is delayed, and by POST delays it."""
        if not self.has_move_permission(request):
            raise PermissionDenied
        order = self.get_object(request, str(order_id))
        if order is None:
            raise Http404
        back = reverse("admin:orders_order_change", args=[order_id])
        form = DelayForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            delay_and_tell(request, [order], form.cleaned_data["minutes"])
            return HttpResponseRedirect(back)
        return self.ask_for_delay(request, [order], form, back)

    def ask_for_delay(
        self, request: HttpRequest, orders: list[Order], form: DelayForm, back: str, action: str = ""
    ) -> TemplateResponse:
        """The page that asks by how much."""
        context = {
            **self.admin_site.each_context(request),
            "title": DELAY_NAME,
            "opts": self.opts,
            "orders": orders,
            "form": form,
            "action": action,
            "back": back,
        }
        return TemplateResponse(request, "admin/orders/order/delay.html", context)

    def adjust_view(self, request: HttpRequest, order_id: UUID, kind: str) -> HttpResponse:
        """The page that asks how much less is owed and why, and by POST lowers it."""
        if not self.has_move_permission(request):
            raise PermissionDenied
        order = self.get_object(request, str(order_id))
        if order is None or kind not in FORMS:
            raise Http404
        back = reverse("admin:orders_order_change", args=[order_id])
        form = FORMS[kind](order, request.POST if request.method == "POST" else None)
        if form.is_valid():
            adjust_and_tell(request, form)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": ADJUSTMENT_NAMES[kind],
            "opts": self.opts,
            "order": order,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/orders/order/adjust.html", context)
