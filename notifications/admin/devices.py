"""The devices that pushes go to."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column
from customerbackend.callers import sessions
from notifications.models import Device


@admin.register(Device)
class DeviceAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Devices, to look at and to remove. Tokens and keys are not shown: whoever has them can write to the device."""

    list_display = ("registered", "kind", "shown_name", "recipient_id", "session_id", "lives")
    list_filter = ("kind",)
    search_fields = ("recipient_id",)
    search_help_text = _("Id of the customer or of the session")
    fields = ("kind", "shown_name", "recipient_id", "session_id", "lives", "registered")
    readonly_fields = ("shown_name", "lives", "registered")

    registered = moment_column("created_at", _("registered"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_delete_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Device]":
        alive = f"EXISTS ({sessions().live_session('notifications_device.session_id', '%s')})"
        return super().get_queryset(request).annotate(is_alive=RawSQL(alive, [timezone.now()]))

    @display(description=_("name"))
    def shown_name(self, device: Device) -> str:
        return device.name or "—"

    @display(description=_("still signed in"), boolean=True)
    def lives(self, device: Any) -> bool:
        return bool(device.is_alive)

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Device]", search_term: str
    ) -> "tuple[QuerySet[Device], bool]":
        """By a whole id."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            sought = UUID(term)
        except ValueError:
            return queryset.none(), False
        return queryset.filter(Q(recipient_id=sought) | Q(session_id=sought)), False
