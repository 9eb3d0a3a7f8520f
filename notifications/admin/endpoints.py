"""Endpoints of services: where they are, what they are told, how they fare."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from customerbackend.admin import moment_column, show_moment
from customerbackend.errors import Refusal
from notifications.admin.forms import EndpointForm, ReplayForm
from notifications.admin.messages import RECIPIENT_LOOKS
from notifications.claiming import WAKE_WORKERS
from notifications.endpoints import delete_endpoint, make_secret, rotate_secret, send_test
from notifications.models import Delivery, Endpoint
from notifications.replaying import replay_messages

REPLAY = _("Send again…")


@admin.register(Endpoint)
class EndpointAdmin(ModelAdmin):
    """Who may change an endpoint sees its secret, replaces it, sends a test and what happened before."""

    form = EndpointForm
    list_display = ("name", "shown_recipient", "shown_state", "last_delivered", "last_failed", "shown_error", "waiting")
    list_filter = ("recipient_kind", "is_on")
    search_fields = ("name", "url")
    ordering = ("name",)
    actions = ("switch_on", "switch_off")
    change_form_outer_before_template = "admin/notifications/endpoint/buttons.html"

    last_delivered = moment_column("last_delivered_at", _("last delivered"))
    last_failed = moment_column("last_failed_at", _("last failed"))

    @display(description=_("told as"), label=RECIPIENT_LOOKS)
    def shown_recipient(self, endpoint: Endpoint) -> tuple[str, Any]:
        return endpoint.recipient_kind, endpoint.get_recipient_kind_display()

    @display(description=_("state"), label={"on": "success", "off": "default", "gone": "danger"})
    def shown_state(self, endpoint: Endpoint) -> tuple[str, Any]:
        if endpoint.is_on:
            return "on", _("on")
        return ("gone", _("off by itself")) if endpoint.off_note else ("off", _("off"))

    @display(description=_("what failed"))
    def shown_error(self, endpoint: Endpoint) -> str:
        return endpoint.last_error

    @display(description=_("waiting"))
    def waiting(self, endpoint: Endpoint) -> int:
        return int(getattr(endpoint, "waiting_count", 0))

    @display(description=_("secret"))
    def shown_secret(self, endpoint: Endpoint) -> str:
        return format_html(
            '<div class="flex gap-2 items-center"><input readonly id="secret" value="{}" onclick="this.select()"'
            ' class="border border-base-200 rounded-default px-3 py-2 font-mono text-sm grow bg-white shadow-xs'
            ' dark:bg-base-900 dark:border-base-700" style="min-width: 30rem; max-width: 100%">'
            '<button type="button" onclick="navigator.clipboard.writeText(document.getElementById(\'secret\').value)"'
            ' class="border border-base-200 rounded-default px-3 py-2 font-medium cursor-pointer shadow-xs'
            ' dark:border-base-700">{}</button></div>',
            endpoint.secret,
            _("Copy"),
        )

    @display(description=_("the secret before signs too until"))
    def shown_previous(self, endpoint: Endpoint) -> str | None:
        return show_moment(endpoint.previous_until)

    @display(description=_("switched off by itself, because it"))
    def shown_off_note(self, endpoint: Endpoint) -> str:
        return endpoint.off_note

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        waiting = (
            Delivery.objects.filter(outlet=Cast(OuterRef("id"), CharField()), state=Delivery.State.PENDING)
            .values("outlet")
            .values(count=Count("*"))
        )
        return super().get_queryset(request).annotate(waiting_count=Coalesce(Subquery(waiting), 0))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        told = ("shown_off_note", "last_delivered", "last_failed", "shown_error", "waiting")
        return () if obj is None else (*told, "shown_secret", "shown_previous")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        plain = ("name", "recipient_kind", "url", "is_on")
        fares = ("last_delivered", "last_failed", "shown_error", "waiting")
        parts: list[Any] = [(None, {"fields": plain if obj is None or obj.is_on else (*plain, "shown_off_note")})]
        if obj is not None and self.has_change_permission(request, obj):
            until = ("shown_previous",) if obj.previous_until else ()
            parts.append((_("Secret"), {"fields": ("shown_secret", *until)}))
        parts.append((_("What it is told"), {"fields": ("kinds", "branch_ids")}))
        if obj is not None:
            parts.append((_("How it fares"), {"fields": fares}))
        return parts

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """Only what was changed is written: how it fares is noted by the workers meanwhile."""
        if not change:
            obj.secret = make_secret()
            obj.save()
            return
        changed = set(form.changed_data) & {field.name for field in Endpoint._meta.concrete_fields}
        if "is_on" in changed:
            obj.off_note = ""
            changed.add("off_note")
        if changed:
            obj.save(update_fields=sorted(changed))
            WAKE_WORKERS.row()

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        delete_endpoint(endpoint_id=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        for endpoint_id in queryset.values_list("id", flat=True):
            delete_endpoint(endpoint_id=endpoint_id)

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """What waits for them is sent."""
        self.switch(request, queryset, is_on=True)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """What waits for them stays; what happens from now on is not told them."""
        self.switch(request, queryset, is_on=False)

    def switch(self, request: HttpRequest, queryset: QuerySet[Endpoint], *, is_on: bool) -> None:
        """Switch those that are not so already."""
        chosen = Endpoint.objects.filter(id__in=list(queryset.values_list("id", flat=True)), is_on=not is_on)
        count = chosen.update(is_on=is_on, off_note="")
        WAKE_WORKERS.row()
        if is_on:
            text = ngettext("%(count)d endpoint is switched on.", "%(count)d endpoints are switched on.", count)
        else:
            text = ngettext("%(count)d endpoint is switched off.", "%(count)d endpoints are switched off.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:endpoint_id>/test/", view(require_POST(self.test_view)), name="notifications_endpoint_test"),
            path(
                "<uuid:endpoint_id>/rotate/", view(require_POST(self.rotate_view)), name="notifications_endpoint_rotate"
            ),
            path("<uuid:endpoint_id>/replay/", view(self.replay_view), name="notifications_endpoint_replay"),
            *super().get_urls(),
        ]

    def find(self, request: HttpRequest, endpoint_id: UUID) -> Endpoint:
        """The endpoint, for who may change it. Raises PermissionDenied, Http404."""
        endpoint = self.get_object(request, str(endpoint_id))
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        if endpoint is None:
            raise Http404
        return endpoint

    def back_to(self, endpoint: Endpoint) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:notifications_endpoint_change", args=[endpoint.id]))

    def test_view(self, request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
        """Send a test event."""
        endpoint = self.find(request, endpoint_id)
        try:
            message_id = send_test(endpoint_id=endpoint.id)
        except Refusal as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return self.back_to(endpoint)
        page = reverse("admin:notifications_message_change", args=[message_id])
        text, link = _("A test event is on its way."), _("See what became of it.")
        told = format_html('{} <a class="underline" href="{}">{}</a>', text, page, link)
        self.message_user(request, told, messages.SUCCESS)
        return self.back_to(endpoint)

    def rotate_view(self, request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
        """Give it a new secret."""
        endpoint = self.find(request, endpoint_id)
        rotate_secret(endpoint_id=endpoint.id)
        self.log_change(request, endpoint, [{"changed": {"fields": [str(_("secret"))]}}])
        text = _("There is a new secret. The one before signs beside it for a day.")
        self.message_user(request, text, messages.SUCCESS)
        return self.back_to(endpoint)

    def replay_view(self, request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
        """The page that asks of which time all is to be sent again, and by POST sends it."""
        endpoint = self.find(request, endpoint_id)
        form = ReplayForm(endpoint, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                count = replay_messages(endpoint_id=endpoint.id, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal.detail))
            else:
                text = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", count)
                self.message_user(request, text % {"count": count}, messages.SUCCESS)
                return self.back_to(endpoint)
        context = {
            **self.admin_site.each_context(request),
            "title": REPLAY,
            "opts": self.opts,
            "endpoint": endpoint,
            "form": form,
            "media": self.media + form.media,
            "back": reverse("admin:notifications_endpoint_change", args=[endpoint.id]),
        }
        return TemplateResponse(request, "admin/notifications/endpoint/replay.html", context)
