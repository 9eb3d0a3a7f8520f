"""Stock in the admin: rows to look at, and pages that book what came, went and was counted. No number is edited."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from catalog.admin.booking import BOOKINGS, BookingForm, book, describe_rows, find_branch
from catalog.admin.fields import show_quantity
from catalog.models import Branch, Reservation, Stock, StockMovement
from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column

BACKORDERED = Reservation.objects.filter(stock=OuterRef("pk"), closed_at=None, reserved__lt=F("wanted"))
BACKORDER = BACKORDERED.order_by().values("stock").annotate(sum=Sum(F("wanted") - F("reserved"))).values("sum")
KIND_LOOKS = {"receipt": "success", "waste": "danger", "count": "info", "consume": "default", "reserve": "default"}


class ShortFilter(admin.SimpleListFilter):
    """What stock is lacking of."""

    title = _("shortage")
    parameter_name = "short"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("any shortage")), ("overdrawn", _("less there than set aside")), ("waiting", _("backorders"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        overdrawn, waiting = Q(on_hand__lt=F("reserved")), Q(backorder__gt=0)
        wanted = {"any": overdrawn | waiting, "overdrawn": overdrawn, "waiting": waiting}.get(self.value() or "")
        return queryset.filter(wanted) if wanted else queryset


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    """Who may change stock (`catalog.change_stock`) may book; the rows follow from what was booked."""

    list_display = ("ingredient", "branch", "shown_on_hand", "shown_reserved", "free", "backorder", "state")
    list_display_links = None
    list_filter = ("branch", ShortFilter)
    list_select_related = ("branch", "ingredient")
    list_per_page = 100
    list_disable_select_all = True
    search_fields = ("ingredient__name", "ingredient__key")
    ordering = ("branch__position", "branch_id", "ingredient__name")
    actions = ("receive_chosen", "discard_chosen", "count_chosen")
    actions_list = ("receive", "discard", "count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        return super().get_queryset(request).annotate(backorder=Coalesce(Subquery(BACKORDER), 0))

    @display(description=_("on hand"), ordering="on_hand")
    def shown_on_hand(self, row: Stock) -> str:
        return f"{show_quantity(row.on_hand)} {row.ingredient.get_unit_display()}"

    @display(description=_("set aside"), ordering="reserved")
    def shown_reserved(self, row: Stock) -> str:
        return show_quantity(row.reserved)

    @display(description=_("free"), ordering=F("on_hand") - F("reserved"))
    def free(self, row: Stock) -> str:
        return show_quantity(row.on_hand - row.reserved)

    @display(description=_("backorder"), ordering="backorder")
    def backorder(self, row: Any) -> str:
        return show_quantity(row.backorder) if row.backorder else "–"

    @display(description=_("state"), label={"overdrawn": "danger", "waiting": "danger", "enough": "success"})
    def state(self, row: Any) -> tuple[str, Any]:
        if row.on_hand < row.reserved:
            return "overdrawn", _("less there than set aside")
        return ("waiting", _("backorders")) if row.backorder else ("enough", _("enough"))

    def has_book_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the member of staff may book stock."""
        return request.user.has_perm("catalog.change_stock")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.book_view)
        return [path("book/<slug:kind>/", view, name="catalog_stock_book"), *super().get_urls()]

    @action(description=_("Book a receipt"), icon="add_box", permissions=["book"])
    def receive(self, request: HttpRequest) -> HttpResponse:
        return to_booking("receipt", branch=request.GET.get("branch__id__exact"))

    @action(description=_("Book waste"), icon="delete", permissions=["book"])
    def discard(self, request: HttpRequest) -> HttpResponse:
        return to_booking("waste", branch=request.GET.get("branch__id__exact"))

    @action(description=_("Book a count"), icon="fact_check", permissions=["book"])
    def count(self, request: HttpRequest) -> HttpResponse:
        return to_booking("count", branch=request.GET.get("branch__id__exact"))

    @admin.action(description=_("Book a receipt of these…"), permissions=["book"])
    def receive_chosen(self, request: HttpRequest, queryset: QuerySet[Stock]) -> HttpResponse | None:
        return self.book_chosen(request, queryset, "receipt")

    @admin.action(description=_("Book waste of these…"), permissions=["book"])
    def discard_chosen(self, request: HttpRequest, queryset: QuerySet[Stock]) -> HttpResponse | None:
        return self.book_chosen(request, queryset, "waste")

    @admin.action(description=_("Book a count of these…"), permissions=["book"])
    def count_chosen(self, request: HttpRequest, queryset: QuerySet[Stock]) -> HttpResponse | None:
        return self.book_chosen(request, queryset, "count")

    def book_chosen(self, request: HttpRequest, queryset: QuerySet[Stock], kind: str) -> HttpResponse | None:
        """Go on to the page that asks how much, for rows of one branch."""
        rows = list(queryset.values_list("branch_id", "ingredient_id"))
        branches = {branch_id for branch_id, _ingredient in rows}
        if len(branches) != 1:
            self.message_user(request, _("Choose rows of one branch."), messages.ERROR)
            return None
        return to_booking(kind, branch=branches.pop(), ingredients=[ingredient for _branch, ingredient in rows])

    def book_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The page that books a receipt, waste or a count at one branch."""
        if not self.has_book_permission(request):
            raise PermissionDenied
        if kind not in BOOKINGS:
            raise Http404
        branches = list(Branch.objects.only("name"))
        branch = find_branch(branches, request.GET.get("branch"))
        rows = describe_rows(branch, request.GET.getlist("ingredient")) if branch else []
        form = BookingForm(request.POST if request.method == "POST" and branch else None, kind=kind, rows=rows)
        if branch and form.is_valid() and book(request, branch, form):
            return HttpResponseRedirect(f"{reverse('admin:catalog_stock_changelist')}?branch__id__exact={branch.id}")
        context = {
            **self.admin_site.each_context(request),
            "title": BOOKINGS[kind].title,
            "opts": self.opts,
            "booking": BOOKINGS[kind],
            "choices": [(choice.name, f"?branch={choice.id}") for choice in branches],
            "branch": branch,
            "form": form,
        }
        return TemplateResponse(request, "admin/catalog/stock/book.html", context)


def to_booking(kind: str, *, branch: Any, ingredients: list[Any] | None = None) -> HttpResponseRedirect:
    """Lead to the page that books."""
    query = QueryDict(mutable=True)
    if branch:
        query["branch"] = str(branch)
    query.setlist("ingredient", [str(ingredient) for ingredient in ingredients or []])
    return HttpResponseRedirect(f"{reverse('admin:catalog_stock_book', args=[kind])}?{query.urlencode()}")


def zone_of_branch(row: Any) -> str:
    """Times are shown as the branch's clock shows them."""
    return str(row.stock.branch.time_zone)


class StockRowColumns:
    """Mixin: columns of a row that belongs to a row of stock."""

    @display(description=_("branch"))
    def branch(self, row: Any) -> str:
        return str(row.stock.branch)

    @display(description=_("ingredient"))
    def ingredient(self, row: Any) -> str:
        return f"{row.stock.ingredient} ({row.stock.ingredient.get_unit_display()})"


@admin.register(StockMovement)
class StockMovementAdmin(StockRowColumns, LongTableAdmin, ReadOnlyAdmin):
    """Every change of stock, newest first."""

    list_display = ("created", "branch", "ingredient", "shown_kind", "on_hand", "reserved", "actor", "reason")
    list_filter = ("kind", "stock__branch")
    list_select_related = ("stock__branch", "stock__ingredient")
    search_fields = ("stock__ingredient__name", "=actor")
    fields = ("created", "branch", "ingredient", "kind", "on_hand", "reserved", "actor", "reason", "operation_id")
    readonly_fields = ("created", "branch", "ingredient", "on_hand", "reserved")

    created = moment_column("created_at", _("when"), zone_of_branch)

    @display(description=_("kind"), label=KIND_LOOKS)
    def shown_kind(self, movement: StockMovement) -> tuple[str, Any]:
        return movement.kind, movement.get_kind_display()

    @display(description=_("on hand"))
    def on_hand(self, movement: StockMovement) -> str:
        return show_change(movement.on_hand_change)

    @display(description=_("set aside"))
    def reserved(self, movement: StockMovement) -> str:
        return show_change(movement.reserved_change)


def show_change(thousandths: int) -> str:
    """A change with its sign; a dash where nothing changed."""
    return ("+" if thousandths > 0 else "") + show_quantity(thousandths) if thousandths else "–"


@admin.register(Reservation)
class ReservationAdmin(StockRowColumns, LongTableAdmin, ReadOnlyAdmin):
    """What orders want of stock and what became of it, newest first."""

    list_display = ("created", "branch", "ingredient", "wanted_", "reserved_", "consumed_", "released_", "state")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "stock__branch")
    list_select_related = ("stock__branch", "stock__ingredient")
    search_fields = ("stock__ingredient__name",)
    fields = (
        "created",
        "closed",
        "branch",
        "ingredient",
        "wanted_",
        "reserved_",
        "consumed_",
        "released_",
        "holder_id",
    )
    readonly_fields = ("created", "closed", "branch", "ingredient", "wanted_", "reserved_", "consumed_", "released_")

    created = moment_column("created_at", _("when"), zone_of_branch)
    closed = moment_column("closed_at", _("closed"), zone_of_branch)

    @display(description=_("wanted"))
    def wanted_(self, reservation: Reservation) -> str:
        return show_quantity(reservation.wanted)

    @display(description=_("set aside"))
    def reserved_(self, reservation: Reservation) -> str:
        return show_quantity(reservation.reserved)

    @display(description=_("consumed"))
    def consumed_(self, reservation: Reservation) -> str:
        return show_quantity(reservation.consumed)

    @display(description=_("released"))
    def released_(self, reservation: Reservation) -> str:
        return show_quantity(reservation.released)

    @display(description=_("state"), label={"waiting": "danger", "held": "info", "closed": "default"})
    def state(self, reservation: Reservation) -> tuple[str, Any]:
        if reservation.closed_at is not None:
            return "closed", _("closed")
        is_short = reservation.reserved < reservation.wanted
        return ("waiting", _("backorder")) if is_short else ("held", _("set aside"))
