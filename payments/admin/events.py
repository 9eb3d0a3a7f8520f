"""Events of providers: to look at, and to process again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column
from payments.models import ProviderEvent
from payments.webhooks import process_event

EVENT_LOOKS = {"received": "info", "processed": "success", "failed": "danger"}


@admin.register(ProviderEvent)
class ProviderEventAdmin(LongTableAdmin, ReadOnlyAdmin):
    """What providers have sent. Who may change events may have them processed again."""

    list_display = ("received", "provider", "type", "shown_state", "tries", "reference")
    list_filter = ("state", "provider", "subject")
    search_fields = ("reference", "event_id")
    search_help_text = _("The provider's name of the event or of what it is about")
    fields = (
        "received", "provider", "event_id", "type", "subject", "reference", "payment_id", "state", "tries", "error",
        "processed",
    )  # fmt: skip
    readonly_fields = ("received", "processed")
    actions = ("process_again",)

    received = moment_column("received_at", _("received"))
    processed = moment_column("processed_at", _("processed"))

    @display(description=_("state"), label=EVENT_LOOKS)
    def shown_state(self, event: ProviderEvent) -> tuple[str, Any]:
        return event.state, event.get_state_display()

    def has_process_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may have events processed."""
        return request.user.has_perm("payments.change_providerevent")

    @admin.action(description=_("Process again"), permissions=["process"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[ProviderEvent]) -> None:
        """Process each that has not been, and say how it went."""
        went = failed = 0
        for event_id in queryset.order_by("received_at", "id").values_list("id", flat=True):
            went, failed = (went + 1, failed) if process_event(event_id=event_id) else (went, failed + 1)
        if went:
            text = ngettext("%(count)d event is processed.", "%(count)d events are processed.", went)
            self.message_user(request, text % {"count": went}, messages.SUCCESS)
        if failed:
            text = ngettext("%(count)d event has failed again.", "%(count)d events have failed again.", failed)
            self.message_user(request, text % {"count": failed}, messages.ERROR)
