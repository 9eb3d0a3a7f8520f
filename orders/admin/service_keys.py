"""Keys of kitchens', warehouses' and couriers' systems: made, looked at, revoked. What a key says is never changed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import ServiceKey
from accounts.service_keys import (
    LONGEST_DAYS,
    LONGEST_NAME,
    ServiceKeyNameTaken,
    make_service_key,
    revoke_service_key,
)
from catalog.models import Branch
from customerbackend.admin import ReadOnlyAdmin, moment_column

LOOKS = {"living": "success", "expired": "default", "revoked": "warning"}
BRANCH_NAMES = """(
    SELECT string_agg(branch.name, ', ' ORDER BY branch.position, branch.id)
    FROM catalog_branch AS branch WHERE branch.id = ANY (accounts_servicekey.branch_ids))"""


class ServiceKeyForm(forms.Form):
    """What a new key may do, where, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=UnfoldAdminTextInputWidget(),
        help_text=_("Stands in the log of what it did: “kitchen Mitte”, say."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=ServiceKey.Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    branches = forms.ModelMultipleChoiceField(
        label=_("Branches"), queryset=Branch.objects.order_by("position", "id"), required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text=_("None checked: every branch."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=LONGEST_DAYS, required=False, widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("How long it is good. Empty: until it is revoked."),
    )  # fmt: skip


@admin.register(ServiceKey)
class ServiceKeyAdmin(ReadOnlyAdmin):
    """Who may add service keys makes them, and sees each new one once. Who may change them revokes them."""

    list_display = ("name", "shown_scopes", "branches", "state", "created", "used", "expires")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name",)
    ordering = ("-id",)
    fields = ("name", "shown_scopes", "branches", "plain_state", "created", "used", "expires", "revoked")
    readonly_fields = fields
    actions = ("revoke",)

    created = moment_column("created_at", _("created"))
    used = moment_column("last_used_at", _("last used"))
    expires = moment_column("expires_at", _("expires"))
    revoked = moment_column("revoked_at", _("revoked"))

    @display(description=_("may do"))
    def shown_scopes(self, key: ServiceKey) -> str:
        return ", ".join(str(ServiceKey.Scope(scope).label) for scope in key.scopes)

    @display(description=_("branches"))
    def branches(self, key: Any) -> Any:
        # Of a branch that has been deleted there is no name, and the key is good for less, not for more.
        return (key.branch_names or "–") if key.branch_ids else _("all")

    @display(description=_("state"), label=LOOKS)
    def state(self, key: ServiceKey) -> tuple[str, Any]:
        if key.revoked_at is not None:
            return "revoked", _("revoked")
        has_expired = key.expires_at is not None and key.expires_at <= timezone.now()
        return ("expired", _("expired")) if has_expired else ("living", _("in use"))

    @display(description=_("state"))
    def plain_state(self, key: ServiceKey) -> str:
        return str(self.state(key)[1])

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceKey]:
        found: QuerySet[ServiceKey] = super().get_queryset(request)
        return found.annotate(branch_names=RawSQL(BRANCH_NAMES, (), output_field=CharField()))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.add_servicekey")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may revoke keys."""
        return request.user.has_perm("accounts.change_servicekey")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page that asks what a key is for, and by POST the one that shows it, once: it is kept nowhere."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ServiceKeyForm(request.POST if request.method == "POST" else None)
        text = self.make(request, form) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("A new service key"),
            "opts": self.opts,
            "form": form,
            "key": text,
        }
        return TemplateResponse(request, "admin/orders/service_key.html", context)

    def make(self, request: HttpRequest, form: ServiceKeyForm) -> str | None:
        """Make the key that the form describes; None where it was refused, with the reason in the form."""
        wanted = form.cleaned_data
        try:
            key, text = make_service_key(
                name=wanted["name"],
                scopes=wanted["scopes"],
                branch_ids=[branch.id for branch in wanted["branches"]],
                days=wanted["days"],
            )
        except ServiceKeyNameTaken as refusal:
            form.add_error("name", str(refusal.detail))
            return None
        self.log_addition(request, key, [{"added": {}}])
        return text

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ServiceKey]) -> None:
        """End the chosen keys at once, and say how many they were."""
        revoked = [key for key in queryset if revoke_service_key(key.id)]
        for key in revoked:
            self.log_change(request, key, [{"changed": {"fields": ["revoked_at"]}}])
        text = ngettext("%(count)d key has been revoked.", "%(count)d keys have been revoked.", len(revoked))
        self.message_user(request, text % {"count": len(revoked)}, messages.SUCCESS if revoked else messages.INFO)
