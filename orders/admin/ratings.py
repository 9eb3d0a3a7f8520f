"""What customers say of their orders, to read."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from customerbackend.admin import LongTableAdmin, ReadOnlyAdmin, moment_column
from orders.admin.pages import LARGE
from orders.models import Rating
from orders.ratings import LOW

STAR_LOOKS = {"1": "danger", "2": "danger", "3": "warning", "4": "success", "5": "success"}


class StarsFilter(SimpleListFilter):
    """So many stars for the food, or few for anything."""

    title = _("stars")
    parameter_name = "stars"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("low", _("low")), *((str(stars), "★" * stars) for stars in range(1, 6))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rating]) -> QuerySet[Rating]:
        if self.value() == "low":
            return queryset.filter(Q(food__lte=LOW) | Q(delivery__lte=LOW))
        return queryset.filter(food=int(self.value() or 0)) if self.value() in STAR_LOOKS else queryset


def zone_of_branch(rating: Rating) -> str:
    """Times are shown as the branch's clock shows them."""
    return rating.branch.time_zone


def stars_column(name: str, title: Any) -> Any:
    """A column that shows the stars in the field `name`."""

    @display(description=title, label=STAR_LOOKS)
    def column(_admin: Any, rating: Rating) -> tuple[str, str] | None:
        stars = getattr(rating, name)
        return None if stars is None else (str(stars), "★" * stars)

    return column


@admin.register(Rating)
class RatingAdmin(LongTableAdmin, ReadOnlyAdmin):
    """Ratings as customers gave them."""

    list_display = ("changed", "branch", "shown_order", "shown_food", "shown_delivery", "shown_tags", "comment")
    list_filter = (StarsFilter, "branch")
    search_fields = ("order__number",)
    search_help_text = _("Number of the order")
    fields = (
        "shown_order", "branch", "shown_food", "shown_delivery", "shown_tags", "comment", "rated", "changed",
        "reported",
    )  # fmt: skip
    readonly_fields = ("shown_order", "shown_food", "shown_delivery", "shown_tags", "rated", "changed", "reported")

    rated = moment_column("rated_at", _("given"), zone_of_branch)
    changed = moment_column("changed_at", _("given or changed"), zone_of_branch)
    reported = moment_column("reported_at", _("told to the manager"), zone_of_branch)
    shown_food = stars_column("food", _("food"))
    shown_delivery = stars_column("delivery", _("delivery"))

    @display(description=_("order"))
    def shown_order(self, rating: Rating) -> str:
        page = reverse("admin:orders_order_change", args=[rating.order_id])
        return format_html('<a href="{}">{}</a>', page, rating.order.number)

    @display(description=_("tags"))
    def shown_tags(self, rating: Rating) -> str:
        return ", ".join(str(Rating.Tag(tag).label) for tag in rating.tags)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        found: QuerySet[Rating] = super().get_queryset(request)
        return found.select_related("order", "branch").defer(*(f"order__{name}" for name in LARGE))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Rating], search_term: str
    ) -> tuple[QuerySet[Rating], bool]:
        """By the whole number: a part of it would mean reading the whole table."""
        term = search_term.strip()
        return (queryset.filter(order__number=term) if term else queryset), False
