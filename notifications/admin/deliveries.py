"""Deliveries: each message on its way to one target, to look at and to send again."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, on_one_line, show_moment
from notifications.models import Attempt, Channel, Delivery, Device, Endpoint, Mailbox, Message
from notifications.replaying import send_again

STATE_LOOKS = {"pending": "info", "delivered": "success", "dropped": "default", "dead": "danger"}
FOUND = 200


class ReadOnlyInline(TabularInline):
    """Rows that are shown and nothing else."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AttemptInline(ReadOnlyInline):
    """Every try, the last one first."""

    model = Attempt
    verbose_name_plural = _("tries")
    fields = ("tried", "took", "answer", "failure")
    readonly_fields = fields
    ordering = ("-id",)

    tried = moment_column("at", _("tried"))

    @display(description=_("took"))
    def took(self, attempt: Attempt) -> str:
        return f"{attempt.took_ms} ms"

    @display(description=_("answer"))
    def answer(self, attempt: Attempt) -> int | None:
        return attempt.status_code

    @display(description=_("what failed"))
    def failure(self, attempt: Attempt) -> str:
        return attempt.error

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the delivery."""
        return any(request.user.has_perm(f"notifications.{deed}_delivery") for deed in ("view", "change"))


def with_targets(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The same with `target_name`: the name of the endpoint or device, the address of the mailbox, if it has one."""
    endpoint = Endpoint.objects.filter(id=OuterRef("target_id")).values("name")
    mailbox = Mailbox.objects.filter(id=OuterRef("target_id")).values("address")
    device = Device.objects.filter(id=OuterRef("target_id")).exclude(name="").values("name")
    return deliveries.annotate(
        target_name=Coalesce(Subquery(endpoint), Subquery(mailbox), Subquery(device), output_field=CharField())
    )


class ShowsDeliveries:
    """Mixin: columns that deliveries have in every list of them."""

    due = moment_column("due_at", _("due"))
    finished = moment_column("finished_at", _("finished"))

    @display(description=_("state"), label=STATE_LOOKS)
    def shown_state(self, delivery: Delivery) -> tuple[str, Any]:
        return delivery.state, delivery.get_state_display()

    @display(description=_("by"))
    def way(self, delivery: Delivery) -> str:
        channel = delivery.get_channel_display()
        return f"{channel} ({delivery.outlet})" if delivery.channel == Channel.PUSH else channel

    @display(description=_("tries"))
    def tried(self, delivery: Delivery) -> int:
        return delivery.attempts

    @display(description=_("why not delivered"))
    def why(self, delivery: Delivery) -> str:
        return delivery.note

    @display(description=_("to"))
    def target(self, delivery: Delivery) -> str:
        """Of a customer, and of a device without a name, only that: their message says whose id it is."""
        return getattr(delivery, "target_name", None) or delivery.message.get_recipient_kind_display()


@admin.register(Delivery)
class DeliveryAdmin(ShowsDeliveries, LongTableAdmin, ReadOnlyAdmin):
    """The table grows with every order. Who may change deliveries may have those sent again that have ended."""

    list_display = ("written", "kind", "shown_state", "way", "target", "tried", "shown_due", "why")
    list_filter = ("state", "channel")
    search_fields = ("message__kind",)
    search_help_text = _("Id of the message or of the order")
    fields = ("shown_message", "way", "target", "target_id", "plain_state", "tried", "wanted", "due", "finished", "why")
    readonly_fields = fields
    inlines = (AttemptInline,)
    actions = ("send_again",)
    change_form_outer_before_template = "admin/notifications/delivery/buttons.html"

    wanted = moment_column("wanted_at", _("to leave"))

    @display(description=_("written"))
    def written(self, delivery: Delivery) -> Any:
        return on_one_line(show_moment(delivery.message.created_at))

    @display(description=_("kind"))
    def kind(self, delivery: Delivery) -> str:
        return delivery.message.kind

    @display(description=_("state"))
    def plain_state(self, delivery: Delivery) -> str:
        return delivery.get_state_display()

    @display(description=_("due"))
    def shown_due(self, delivery: Delivery) -> Any:
        return show_moment(delivery.due_at) if delivery.state == Delivery.State.PENDING else None

    @display(description=_("message"))
    def shown_message(self, delivery: Delivery) -> str:
        page = reverse("admin:notifications_message_change", args=[delivery.message_id])
        return format_html('<a class="text-link" href="{}">{}</a>', page, delivery.message)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return with_targets(super().get_queryset(request).select_related("message").defer("message__data"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        """By a whole id. Messages are sought first, so that deliveries are found by the index on these."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            sought = UUID(term)
        except ValueError:
            return queryset.none(), False
        found = Message.objects.filter(Q(id=sought) | Q(subject_id=sought)).values_list("id", flat=True)[:FOUND]
        return queryset.filter(message__in=list(found)), False

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(require_POST(self.send_again_view))
        return [path("<uuid:delivery_id>/again/", again, name="notifications_delivery_again"), *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """The endpoint's page leads here."""
        return lookup == "outlet" or super().lookup_allowed(lookup, value, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_send_again": self.has_send_permission(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may have deliveries sent again."""
        return request.user.has_perm("notifications.change_delivery")

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send the chosen ones again, and say how many were left out."""
        chosen = list(queryset.values_list("id", flat=True))
        sent = send_again(delivery_ids=chosen)
        if sent:
            text = ngettext("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", sent)
            self.message_user(request, text % {"count": sent}, messages.SUCCESS)
        if left := len(chosen) - sent:
            text = ngettext(
                "%(count)d is not: it still waits, its target is gone, or its message has been erased.",
                "%(count)d are not: they still wait, their targets are gone, or their messages have been erased.",
                left,
            )
            self.message_user(request, text % {"count": left}, messages.WARNING)

    def send_again_view(self, request: HttpRequest, delivery_id: UUID) -> HttpResponse:
        """The same for one delivery, from its page."""
        if not self.has_send_permission(request):
            raise PermissionDenied
        chosen = Delivery.objects.filter(id=delivery_id)
        if not chosen.exists():
            raise Http404
        self.send_again(request, chosen)
        return HttpResponseRedirect(reverse("admin:notifications_delivery_change", args=[delivery_id]))


class DeliveryInline(ShowsDeliveries, ReadOnlyInline):
    """A message's deliveries, on its page."""

    model = Delivery
    fields = ("opened", "way", "target", "tried", "due", "finished", "why")
    readonly_fields = fields
    ordering = ("id",)

    @display(description=_("state"))
    def opened(self, delivery: Delivery) -> str:
        page = reverse("admin:notifications_delivery_change", args=[delivery.id])
        return format_html('<a class="text-link" href="{}">{}</a>', page, delivery.get_state_display())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return with_targets(super().get_queryset(request))
