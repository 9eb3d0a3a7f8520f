"""Customers and their sessions, to look at and to lock out; and staff, with their groups."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import Customer, Session, User
from accounts.sessions import account_subjects, end_session
from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column, show_moment
from customerbackend.allergens import Allergen
from customerbackend.throttling import forgive

SHOWN_SESSIONS = 20
SESSION_LOOKS = {"living": "success", "expired": "default", "ended": "warning"}


@admin.register(Customer)
class CustomerAdmin(LongTableAdmin):
    """What a customer said of themselves is theirs to change; staff can switch the account off and end its sessions."""

    list_display = ("__str__", "name", "email", "phone", "language", "is_active", "created")
    list_filter = ("is_active", "language")
    search_fields = ("login", "email", "phone", "name")
    search_help_text = _("Login, email, phone or name, or a part of one")
    readonly_fields = (
        "login", "email", "phone", "name", "language", "time_zone", "telegram", "shown_messengers", "shown_allergens",
        "preferred_contact", "preferred_payment_method", "created", "erased", "addresses", "sessions",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("is_active", "created", "erased")}),
        (_("Customer"), {"fields": ("login", "name", "email", "phone", "telegram", "shown_messengers")}),
        (_("Preferences"), {
            "fields": ("preferred_contact", "preferred_payment_method", "shown_allergens", "language", "time_zone"),
        }),
        (_("Addresses"), {"fields": ("addresses",)}),
        (_("Signed in"), {"fields": ("sessions",)}),
    )  # fmt: skip
    actions = ("end_sessions", "forgive_sign_ins")

    created = moment_column("created_at", _("created"))
    erased = moment_column("erased_at", _("erased"))

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> Any:
        nobody = ("is_active",) if obj is not None and obj.erased_at is not None else ()
        return (*super().get_readonly_fields(request, obj), *nobody)

    @display(description=_("messengers"))
    def shown_messengers(self, customer: Customer) -> str | None:
        return ", ".join(str(Customer.Messenger(key).label) for key in customer.messengers) or None

    @display(description=_("allergens"))
    def shown_allergens(self, customer: Customer) -> str | None:
        return ", ".join(str(Allergen(key).label) for key in customer.allergens) or None

    @display(description=_("addresses"))
    def addresses(self, customer: Customer) -> str | None:
        rows = customer.addresses.order_by("-is_default", "-created_at")
        return as_lines(
            ", ".join(filter(None, (row.name, row.line, row.postal_code, row.city)))
            + (f" ({gettext('default')})" if row.is_default else "")
            for row in rows
        )

    @display(description=_("sessions"))
    def sessions(self, customer: Customer) -> str | None:
        living = customer.sessions.filter(ended_at=None, expires_at__gt=timezone.now())
        return as_lines(
            " · ".join(filter(None, (row.device_name, row.network, show_moment(row.refreshed_at))))
            for row in living.order_by("-refreshed_at")[:SHOWN_SESSIONS]
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        # Only the switch, and not of somebody who was erased since the page was opened. The row stays locked until
        # the change has been logged, under the name that it has now.
        Customer.objects.filter(id=obj.id, erased_at=None).update(is_active=obj.is_active)
        obj.refresh_from_db()

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """Sign the chosen customers out everywhere."""
        end_living_sessions(self, request, Session.objects.filter(customer__in=queryset))

    @admin.action(description=_("Let them sign in again after too many tries"), permissions=["change"])
    def forgive_sign_ins(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """Forget the tries counted against the chosen customers' accounts."""
        forgive(["sign_in_by_account"], [subject for customer in queryset for subject in account_subjects(customer)])
        self.message_user(request, _("The counted tries have been forgotten."), messages.SUCCESS)


@admin.register(Session)
class SessionAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Where customers are signed in. Who may change sessions may end them."""

    list_display = ("customer", "device_name", "network", "state", "keep_signed_in", "created", "refreshed", "expires")
    list_display_links = ("device_name",)
    list_filter = ("keep_signed_in", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("customer",)
    search_fields = ("customer__login", "customer__email")
    search_help_text = _("Login or email of the customer, or a part of one")
    fields = (
        "customer", "device_name", "network", "state", "keep_signed_in", "created", "refreshed", "expires", "ended",
    )  # fmt: skip
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


def as_lines(texts: Iterable[str]) -> str | None:
    """The texts below each other; None for none."""
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts)) or None


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
