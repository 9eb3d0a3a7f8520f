"""Moving orders as a member of staff: what is possible, what must be said for it, and doing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from customerbackend.errors import Refusal
from orders.lifecycle import MoveNotAllowed, find_step
from orders.models import Order
from orders.scheduling import move_by_staff
from orders.statuses import TRANSITIONS, Status, Step, UndeliveredReason

# What staff can tell the admin to do. Payments bring an order out of waiting; placing it makes it scheduled.
NAMES: dict[Status, str | Promise] = {
    Status.ACCEPTED: _("Release to the kitchen now"),
    Status.RESTOCKING: _("Store to warehouse"),
    Status.PICKING: _("Warehouse has started"),
    Status.COOKING: _("Cooking"),
    Status.READY: _("Ready"),
    Status.IN_DELIVERY: _("In delivery"),
    Status.DELIVERED: _("Delivered"),
    Status.UNDELIVERED: _("Not delivered…"),
    Status.CANCELLED: _("Cancel…"),
}
ALWAYS_WITH_REASON = (Status.UNDELIVERED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Move:
    """One move that is possible now."""

    to: Status
    name: str | Promise
    needs_reason: bool
    is_correction: bool


def possible_moves(order: Order) -> list[Move]:
    """What staff can do with the order in its present status, as the table of transitions has it."""
    moves = []
    for to in TRANSITIONS[Status(order.status)]:
        step = step_towards(order, to)
        if step is not None:
            correction = step is Step.CORRECTION
            name = _("Back to: %(status)s…") % {"status": to.label} if correction else NAMES[to]
            moves.append(Move(to, name, step is not Step.FREE or to in ALWAYS_WITH_REASON, correction))
    return moves


def step_towards(order: Order, to: Status) -> Step | None:
    """How staff may bring the order into the status; None when they may not."""
    if to not in NAMES or (to == Status.ACCEPTED and order.status != Status.SCHEDULED):
        return None
    return find_step(order, to)


def needs_reason(orders: Iterable[Order], to: Status) -> bool:
    """Whether a reason must be asked for before these orders are moved there."""
    return to in ALWAYS_WITH_REASON or any(step_towards(order, to) not in (None, Step.FREE) for order in orders)


class ReasonForm(forms.Form):
    """Why an order is moved, in words."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))


class UndeliveredForm(forms.Form):
    """Why an order was not delivered, as one of the reasons."""

    reason = forms.ChoiceField(label=_("Reason"), choices=UndeliveredReason.choices, widget=UnfoldAdminSelectWidget())


def reason_form(to: Status, data: Any = None) -> forms.Form:
    """The form that asks why."""
    form = UndeliveredForm if to == Status.UNDELIVERED else ReasonForm
    return form(data)


def move_and_tell(request: HttpRequest, orders: Iterable[Order], to: Status, reason: str = "") -> None:
    """Move each order in a transaction of its own, and tell which went and why the others did not."""
    moved = []
    for order in orders:
        try:
            move_by_staff(order=order, to=to, name=request.user.get_username(), reason=reason)
        except (Refusal, NotFound) as refusal:
            messages.error(request, describe_refusal(order, refusal))
        else:
            moved.append(order.number)
    if moved:
        text = ngettext("Order %(numbers)s: %(status)s.", "Orders %(numbers)s: %(status)s.", len(moved))
        messages.success(request, text % {"numbers": ", ".join(moved), "status": to.label})


def describe_refusal(order: Order, refusal: Refusal | NotFound) -> str:
    """Why the order was not moved, and what would be possible."""
    text = gettext("Order %(number)s: %(detail)s") % {"number": order.number, "detail": refusal.detail}
    if not isinstance(refusal, MoveNotAllowed):
        return text
    order.status = refusal.data["order_status"]  # on this copy, that nobody saves
    text += " " + gettext("It is “%(status)s”.") % {"status": Status(order.status).label}
    allowed = ", ".join(str(move.to.label) for move in possible_moves(order))
    return f"{text} " + (
        gettext("Possible: %(allowed)s.") % {"allowed": allowed} if allowed else gettext("It stays so.")
    )
