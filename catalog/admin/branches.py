"""Branches: what they are, when they are open, where they deliver; and their state of the minute."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.admin.base import CatalogAdmin, CatalogInline
from catalog.admin.fields import BranchClockForm
from catalog.models import (
    Branch,
    BranchProduct,
    BranchState,
    DeliveryZone,
    HoursException,
    OpeningHours,
    StopListEntry,
)
from customerbackend.admin import moment_column


def zone_of_branch(row: Any) -> str:
    """Times are shown as the branch's clock shows them."""
    return str(row.branch.time_zone)


class OpeningHoursForm(forms.ModelForm):
    class Meta:
        help_texts = {"closes": _("At or before the opening: on the next day.")}


class OpeningHoursInline(CatalogInline):
    model = OpeningHours
    form = OpeningHoursForm
    fields = ("weekday", "opens", "closes")
    tab = True


class HoursExceptionForm(forms.ModelForm):
    class Meta:
        help_texts = {"opens": _("Without hours it is closed all day.")}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("opens") is None) != (cleaned.get("closes") is None):
            self.add_error("closes", _("Give both hours, or none for a day that is closed."))
        return cleaned


class HoursExceptionInline(CatalogInline):
    model = HoursException
    form = HoursExceptionForm
    fields = ("date", "name", "opens", "closes")
    verbose_name_plural = _("Exceptions")
    tab = True


class DeliveryZoneForm(forms.ModelForm):
    class Meta:
        widgets = {"postal_prefixes": UnfoldAdminTextInputWidget()}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("postal_prefixes")) == (cleaned.get("max_distance_m") is not None):
            self.add_error("max_distance_m", _("Give either beginnings of postal codes or a distance."))
        return cleaned


class DeliveryZoneInline(CatalogInline):
    model = DeliveryZone
    form = DeliveryZoneForm
    fields = ("name", "key", "postal_prefixes", "max_distance_m", "fee", "minimum", "travel_seconds", "priority")
    money = {"fee": _("Fee"), "minimum": _("Least sum")}
    tab = True


class BranchProductInline(CatalogInline):
    model = BranchProduct
    fields = ("product", "price", "is_sold")
    money = {"price": _("Own price")}
    verbose_name_plural = _("Own prices, not sold")
    tab = True


@admin.register(Branch)
class BranchAdmin(CatalogAdmin):
    list_display = ("name", "city", "line", "state_now", "cooking_places", "restocks", "position", "is_active")
    list_filter = ("is_active", "city")
    list_select_related = ("state",)
    search_fields = ("name", "key", "city", "line")
    inlines = (OpeningHoursInline, HoursExceptionInline, DeliveryZoneInline, BranchProductInline)
    fieldsets = (
        (None, {"fields": (("name", "key"), ("position", "is_active"))}),
        (_("Where"), {
            "fields": (("line", "postal_code"), ("city", "country"), ("latitude", "longitude"), ("phone", "time_zone")),
        }),
        (_("Kitchen and courier"), {
            "fields": (
                ("cooking_places", "restock_minutes"), ("courier_wait_seconds", "day_starts_at"),
                ("slot_minutes", "slot_capacity"), "delivery_tax_class",
            ),
        }),
        (_("Seller"), {"fields": ("seller_name", "seller_tax_id", "seller_address")}),
    )  # fmt: skip

    @display(description=_("now"), label={"paused": "danger", "busy": "warning", "calm": "success"})
    def state_now(self, branch: Branch) -> tuple[str, Any]:
        return describe_state(getattr(branch, "state", None))

    @display(description=_("restocks"), boolean=True)
    def restocks(self, branch: Branch) -> bool:
        return branch.restock_minutes is not None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        BranchState.objects.get_or_create(branch=form.instance)


def describe_state(state: BranchState | None) -> tuple[str, Any]:
    """A look and a text for the state that holds now."""
    now = timezone.now()
    if state and state.is_paused and (state.paused_until is None or state.paused_until > now):
        return "paused", _("paused")
    if state and state.busy_minutes and (state.busy_until is None or state.busy_until > now):
        return "busy", _("busy +%(minutes)d min") % {"minutes": state.busy_minutes}
    return "calm", _("as usual")


class BranchStateForm(BranchClockForm):
    moments = ("paused_until", "busy_until")


@admin.register(BranchState)
class BranchStateAdmin(ModelAdmin):
    """Pausing a branch and telling that it is busy. Every branch has exactly one row, made with it."""

    form = BranchStateForm
    list_display = ("branch", "state_now", "is_paused", "paused", "busy_minutes", "busy")
    list_select_related = ("branch",)
    ordering = ("branch__position", "branch_id")
    fields = ("branch", "clock", "is_paused", "paused_until", "busy_minutes", "busy_until")
    readonly_fields = ("branch", "clock")

    paused = moment_column("paused_until", _("paused until"), zone_of_branch)
    busy = moment_column("busy_until", _("busy until"), zone_of_branch)

    @display(description=_("now"), label={"paused": "danger", "busy": "warning", "calm": "success"})
    def state_now(self, state: BranchState) -> tuple[str, Any]:
        return describe_state(state)

    @display(description=_("times are of"))
    def clock(self, state: BranchState) -> str:
        return state.branch.time_zone

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StopListForm(BranchClockForm):
    moments = ("until",)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("product") is None) == (cleaned.get("option") is None):
            self.add_error("option", _("Choose either a product or an option."))
        return cleaned


@admin.register(StopListEntry)
class StopListAdmin(ModelAdmin):
    """What a branch does not sell for now."""

    form = StopListForm
    list_display = ("__str__", "branch", "shown_until", "in_force")
    list_filter = ("branch",)
    list_select_related = ("branch", "product", "option")
    search_fields = ("product__name", "option__name")
    autocomplete_fields = ("product", "option")
    fields = ("branch", ("product", "option"), "until")
    ordering = ("branch__position", "-id")

    shown_until = moment_column("until", _("until"), zone_of_branch)

    @display(description=_("in force"), boolean=True)
    def in_force(self, entry: StopListEntry) -> bool:
        return entry.until is None or entry.until > timezone.now()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        texts = {"until": _("As the branch's clock shows it; empty: until somebody removes it.")}
        return super().get_form(request, obj, change, help_texts=texts, **kwargs)
