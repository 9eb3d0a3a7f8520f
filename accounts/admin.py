"""Customers and their sessions, to look at and to lock out; and staff, with their groups."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Customer, Session, User
from accounts.sessions import end_session
from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column

SESSION_LOOKS = {"living": "success", "expired": "default", "ended": "warning"}


@admin.register(Customer)
class CustomerAdmin(LongTableAdmin):
    """What a customer said of themselves is theirs to change; staff can switch the account off and end its sessions."""

    list_display = ("__str__", "name", "email", "phone", "language", "is_active", "created")
    list_filter = ("is_active", "language")
    search_fields = ("login", "email", "phone", "name")
    search_help_text = _("Login, email, phone or name, or a part of one")
    readonly_fields = (
        "login", "email", "phone", "name", "language", "time_zone", "telegram", "preferred_contact",
        "preferred_payment_method", "created",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("is_active",)}),
        (_("Customer"), {"fields": ("login", "name", "email", "phone", "telegram")}),
        (_("Preferences"), {
            "fields": ("preferred_contact", "preferred_payment_method", "language", "time_zone", "created"),
        }),
    )  # fmt: skip
    actions = ("end_sessions",)

    created = moment_column("created_at", _("created"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        # Only the switch: the customer may be changing their profile at the same time.
        obj.save(update_fields=["is_active"])

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """Sign the chosen customers out everywhere."""
        end_living_sessions(self, request, Session.objects.filter(customer__in=queryset))


@admin.register(Session)
class SessionAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Where customers are signed in. Who may change sessions may end them."""

    list_display = ("customer", "device_name", "state", "keep_signed_in", "created", "refreshed", "expires")
    list_display_links = ("device_name",)
    list_filter = ("keep_signed_in", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("customer",)
    search_fields = ("customer__login", "customer__email")
    search_help_text = _("Login or email of the customer, or a part of one")
    fields = ("customer", "device_name", "state", "keep_signed_in", "created", "refreshed", "expires", "ended")
    readonly_fields = ("state", "created", "refreshed", "expires", "ended")
    actions = ("end",)

    created = moment_column("created_at", _("signed in"))
    refreshed = moment_column("refreshed_at", _("refreshed"))
    expires = moment_column("expires_at", _("expires"))
    ended = moment_column("ended_at", _("ended"))

    @display(description=_("state"), label=SESSION_LOOKS)
    def state(self, session: Session) -> tuple[str, Any]:
        if session.ended_at is not None:
            return "ended", _("ended")
        return ("living", _("living")) if session.expires_at > timezone.now() else ("expired", _("expired"))

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether the member of staff may end sessions."""
        return request.user.has_perm("accounts.change_session")

    @admin.action(description=_("End"), permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Sign out of the chosen sessions."""
        end_living_sessions(self, request, queryset)


def end_living_sessions(model_admin: ModelAdmin, request: HttpRequest, sessions: QuerySet[Session]) -> None:
    """End those that have not ended yet, and say how many they were."""
    living = sessions.filter(ended_at=None).order_by().values_list("id", flat=True)
    ended = sum(end_session(session_id=session_id) for session_id in living)
    text = ngettext("%(count)d session has been ended.", "%(count)d sessions have been ended.", ended)
    model_admin.message_user(request, text % {"count": ended}, messages.SUCCESS if ended else messages.INFO)


@admin.register(User)
class StaffAdmin(UserAdmin, ModelAdmin):
    """Staff. Who is not a superuser can neither touch one nor give rights away."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        rights = () if is_superuser(request) else ("is_staff", "is_superuser", "groups", "user_permissions")
        return (*super().get_readonly_fields(request, obj), "last_login", "date_joined", *rights)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # One by one: a list of them may hold a superuser.
        return obj is not None and super().has_delete_permission(request, obj) and may_touch(request, obj)


def is_superuser(request: HttpRequest) -> bool:
    """Whether a superuser asks."""
    return bool(getattr(request.user, "is_superuser", False))


def may_touch(request: HttpRequest, user: User | None) -> bool:
    """A superuser's account (its password, say) is for superusers."""
    return user is None or not user.is_superuser or is_superuser(request)


admin.site.unregister(Group)


@admin.register(Group)
class StaffGroupAdmin(GroupAdmin, ModelAdmin):
    """Groups of staff, with what they may do. Only superusers give rights away."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_superuser(request)
