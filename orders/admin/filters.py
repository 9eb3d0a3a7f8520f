"""Filters of the orders' list. None of them counts rows, and none asks more than the branches' names."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Branch
from orders.models import Order
from orders.statuses import CURRENT, Status


class StatusFilter(SimpleListFilter):
    """One status, or all that are not closed."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("all open")), *Status.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() == "open":
            return queryset.filter(status__in=CURRENT)
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset


class BusinessDateFilter(SimpleListFilter):
    """Days as the branches count them."""

    title = _("business date")
    parameter_name = "day"
    DAYS = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("today")),
            ("yesterday", _("yesterday")),
            ("week", _("last 7 days")),
            ("month", _("last 30 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        days = self.DAYS.get(self.value() or "")
        if days is None:
            return queryset
        now = timezone.now()
        wanted = Q()
        for branch in Branch.objects.only("time_zone", "day_starts_at"):
            today = current_day(branch, now)
            wanted |= Q(branch=branch, business_date__range=[today - timedelta(days=ago) for ago in days])
        return queryset.filter(wanted)


def current_day(branch: Branch, now: datetime) -> date:
    """The branch's day, which begins at `day_starts_at`."""
    local = timezone.localtime(now, ZoneInfo(branch.time_zone))
    return local.date() if local.time() >= branch.day_starts_at else local.date() - timedelta(days=1)
