"""What the admin's pages of every app have in common."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from customerbackend.money import format_money

MOMENT = "j M, H:i"
MOMENT_OF_ANOTHER_YEAR = "j M Y, H:i"


class ReadOnlyAdmin(ModelAdmin):
    """Rows are shown and nothing else: no form of the admin adds, changes or deletes one."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LongTableAdmin(ModelAdmin):
    """A table that grows with every order: its pages are neither counted nor sorted, newest first by their id."""

    ordering = ("-id",)
    sortable_by = ()
    list_per_page = 50
    paginator = InfinitePaginator
    show_full_result_count = False
    list_disable_select_all = True
    show_facets = admin.ShowFacets.NEVER


class KeepsWhatIsUsedAdmin(ModelAdmin):
    """What other rows hold on to (orders, stock) can be switched off but not deleted; nothing is deleted in bulk."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and super().has_delete_permission(request, obj) and not is_held(obj)


def is_held(obj: models.Model) -> bool:
    """Whether some row protects this one from being deleted. One short query for each kind of such rows, at most."""
    protecting = [
        relation
        for relation in obj._meta.related_objects
        if getattr(relation, "on_delete", None) in (models.PROTECT, models.RESTRICT)
    ]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists() for relation in protecting
    )


def show_money(amount: int | None, currency: str = settings.CURRENCY) -> str | None:
    """Minor units for people; None where there is none."""
    return None if amount is None else format_money(amount, currency)


def show_moment(moment: datetime | None, zone: str | None = None) -> str | None:
    """A moment as a clock in the zone shows it; without a zone in that of the server, which is named then."""
    if moment is None:
        return None
    local = timezone.localtime(moment, ZoneInfo(zone) if zone else None)
    form = MOMENT if local.year == timezone.localtime(timezone=local.tzinfo).year else MOMENT_OF_ANOTHER_YEAR
    return date_format(local, form) + ("" if zone else f" {local:%Z}")


def on_one_line(text: str | None) -> str | None:
    """The text for a cell of a list, not broken."""
    return None if text is None else format_html('<span class="whitespace-nowrap">{}</span>', text)


def moment_column(name: str, title: Any, zone_of: Callable[[Any], str | None] = lambda _: None) -> Callable[..., Any]:
    """A column that shows the moment in the field `name`, in the zone that `zone_of` knows for the row."""

    @display(description=title, ordering=name)
    def column(_admin: Any, row: Any) -> str | None:
        return on_one_line(show_moment(getattr(row, name), zone_of(row)))

    return column


def money_column(name: str, title: Any) -> Callable[..., Any]:
    """A column that shows the amount in the field `name`."""

    @display(description=title, ordering=name)
    def column(_admin: Any, row: Any) -> str | None:
        return on_one_line(show_money(getattr(row, name)))

    return column
