"""The first page of the admin: what is open now, branch by branch, in three queries."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Branch
from orders.admin.looks import STATUS_LOOKS
from orders.models import Order
from orders.statuses import CURRENT

# Ids grow with time, so this bounds the look at orders by their primary key: what was placed before is closed.
LOOKED_BACK = timedelta(days=settings.SCHEDULE_DAYS + 2)

admin.site.index_template = "admin/orders/today.html"
admin.site.index_title = _("Today")


def describe_today(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the first page's context the open orders of each branch by status, and whether it is paused or busy."""
    user: Any = request.user
    if not user.has_perm("orders.view_order") and not user.has_perm("orders.change_order"):
        return context
    now = timezone.now()
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    late: dict[UUID, int] = defaultdict(int)
    open_orders = Order.objects.filter(id__gte=first_id_at(now - LOOKED_BACK), status__in=CURRENT).order_by()
    rows = open_orders.values_list("branch_id", "status").annotate(
        count=Count("id"), late=Count("id", filter=Q(estimated_delivered_to__lt=now))
    )
    for branch_id, status, count, late_here in rows:
        counts[branch_id][status] = count
        late[branch_id] += late_here
    branches = [
        {
            "branch": branch,
            "counts": [counts[branch.id].get(status, 0) for status in CURRENT],
            "late": late[branch.id],
            "is_paused": is_paused(branch, now),
            "busy_minutes": busy_minutes(branch, now),
        }
        for branch in Branch.objects.filter(Q(is_active=True) | Q(id__in=list(counts))).select_related("state")
    ]
    totals = [
        {
            "status": status,
            "look": STATUS_LOOKS[status.value],
            "count": sum(found.get(status, 0) for found in counts.values()),
        }
        for status in CURRENT
    ]
    return {**context, "branches": branches, "totals": totals, "late": sum(late.values())}


def first_id_at(moment: Any) -> UUID:
    """The lowest UUIDv7 of that moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def is_paused(branch: Branch, now: Any) -> bool:
    """Whether the branch takes no orders at the moment."""
    state = getattr(branch, "state", None)
    return bool(state and state.is_paused and (state.paused_until is None or state.paused_until > now))


def busy_minutes(branch: Branch, now: Any) -> int:
    """What the branch adds to every estimate at the moment."""
    state = getattr(branch, "state", None)
    return state.busy_minutes if state and (state.busy_until is None or state.busy_until > now) else 0
