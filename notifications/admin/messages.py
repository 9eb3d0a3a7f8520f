"""What has been told to whom, to look at."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column
from notifications.admin.deliveries import DeliveryInline
from notifications.models import Message

RECIPIENT_LOOKS = {"customer": "primary", "kitchen": "info", "warehouse": "warning", "courier": "success",
                   "staff": "default"}  # fmt: skip


@admin.register(Message)
class MessageAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Messages as they were written; the table grows with every order."""

    list_display = ("created", "shown_recipient", "kind", "subject_id", "language", "address")
    list_filter = ("recipient_kind", "language")
    search_fields = ("kind",)
    search_help_text = _("Id of the order or recipient, or the kind")
    fields = (
        "created", "expires", "recipient_kind", "recipient_id", "kind", "subject_id", "language", "address", "content",
    )  # fmt: skip
    readonly_fields = ("created", "expires", "content")
    inlines = (DeliveryInline,)

    created = moment_column("created_at", _("written"))
    expires = moment_column("expires_at", _("expires"))

    @display(description=_("to"), label=RECIPIENT_LOOKS)
    def shown_recipient(self, message: Message) -> tuple[str, Any]:
        return message.recipient_kind, message.get_recipient_kind_display()

    @display(description=_("content"))
    def content(self, message: Message) -> str:
        text = json.dumps(message.data, ensure_ascii=False, indent=2)
        return format_html('<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>', text)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """By a whole id or a whole kind: parts of them would mean reading the whole table."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            sought = UUID(term)
        except ValueError:
            return queryset.filter(kind=term), False
        return queryset.filter(Q(subject_id=sought) | Q(recipient_id=sought)), False
