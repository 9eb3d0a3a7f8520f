"""Mailboxes of staff."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from notifications.admin.forms import MailboxForm
from notifications.models import Mailbox


@admin.register(Mailbox)
class MailboxAdmin(ModelAdmin):
    """Members of staff who are told by mail."""

    form = MailboxForm
    list_display = ("address", "language", "shown_kinds", "is_on")
    list_filter = ("is_on",)
    search_fields = ("address",)
    ordering = ("address",)
    fields = ("address", "language", "is_on", "kinds", "branch_ids")

    @display(description=_("kinds of messages"))
    def shown_kinds(self, mailbox: Mailbox) -> str:
        return ", ".join(mailbox.kinds) or str(_("all"))
