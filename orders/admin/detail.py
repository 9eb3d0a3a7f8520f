"""What the page of one order shows, gathered with one query for each kind of row."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customerbackend.admin import show_money
from customerbackend.allergens import Allergen
from customerbackend.navigation import page
from notifications.models import Message
from orders.admin.adjusting import possible_adjustments
from orders.admin.delaying import is_delayable
from orders.admin.looks import PAYMENT_LOOKS, STATUS_LOOKS
from orders.admin.moves import possible_moves
from orders.lifecycle import ActorKind
from orders.models import Estimate, Order, OrderAdjustment
from orders.statuses import Status

PLACE: dict[str, str | Promise] = {
    "line": _("Street"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "entrance": _("Entrance"),
    "floor": _("Floor"),
    "apartment": _("Apartment"),
    "door_code": _("Door code"),
    "leave_at_door": _("Leave at the door"),
    "comment": _("Comment"),
}


def describe_order(order: Order, request: HttpRequest, *, may_move: bool) -> dict[str, Any]:
    """The context of the template: everything that the order has, money as text."""
    lines = list(order.lines.all())
    return {
        "order": order,
        "moves": possible_moves(order) if may_move else [],
        "may_delay": may_move and is_delayable(order),
        "possible_adjustments": possible_adjustments(order, lines) if may_move else [],
        "status_look": STATUS_LOOKS[order.status],
        "payment_look": PAYMENT_LOOKS[order.payment_state],
        "place": describe_place(order.place),
        "lines": [describe_line(line, order.currency) for line in lines],
        "sums": describe_sums(order),
        "taxes": describe_taxes(order),
        "payment": describe_payment(order),
        "lists": describe_lists(order, request),
        "times": describe_times(order),
        "log": order.log.all(),
        "estimates": [describe_estimate(estimate) for estimate in order.estimates.all()],
        "told": Message.objects.filter(subject_id=order.id).order_by("created_at", "id"),
    }


def describe_place(place: dict[str, Any] | None) -> list[tuple[str | Promise, Any]]:
    """What the place says, with labels; what it leaves out is left out."""
    said = {key: value for key, value in (place or {}).items() if value}
    return [(label, _("yes") if said[key] is True else said[key]) for key, label in PLACE.items() if key in said]


def describe_line(line: Any, currency: str) -> dict[str, Any]:
    """One line with its money as text and its allergens as names; None where they were not declared."""
    names = dict(Allergen.choices)
    allergens = line.allergens and {
        how: ", ".join(str(names.get(key, key)) for key in line.allergens.get(how) or ())
        for how in ("contains", "may_contain")
    }
    return {
        "line": line,
        "unit_price": show_money(line.unit_price, currency),
        "total": show_money(line.total, currency),
        "tax": show_money(line.tax, currency),
        "tax_rate": show_rate(line.tax_rate_bps),
        "options": [(option["name"], show_money(option["price"], currency)) for option in line.options],
        "allergens": allergens,
    }


def describe_sums(order: Order) -> list[dict[str, Any]]:
    """From the items to what is owed, line by line."""
    rows: list[dict[str, Any]] = [{"name": _("Items"), "amount": show_money(order.items_total, order.currency)}]
    for charge in order.charge_rows.all():
        rows.append({"name": charge.name, "amount": show_money(charge.amount, order.currency)})
    rows.append({"name": _("Total"), "amount": show_money(order.total, order.currency), "is_sum": True})
    for adjustment in order.adjustments.all():
        note = " · ".join(str(part) for part in (adjustment.reason, describe_actor(adjustment)) if part)
        amount = show_money(adjustment.amount, order.currency)
        name = capfirst(adjustment.get_kind_display())
        rows.append({"name": name, "note": note, "at": adjustment.at, "amount": amount})
    rows.append({"name": _("Owed"), "amount": show_money(order.owed, order.currency), "is_sum": True})
    return rows


def describe_actor(adjustment: OrderAdjustment) -> str | Promise:
    """Who adjusted: a member of staff or a command by name, everybody else by what they are."""
    kind = ActorKind(adjustment.actor_kind)
    return adjustment.actor if adjustment.actor and kind != ActorKind.CUSTOMER else kind.label


def describe_taxes(order: Order) -> list[dict[str, Any]]:
    """The tax that is contained in the total, by rate."""
    return [
        {
            "rate": show_rate(part["rate_bps"]),
            "net": show_money(part["net"]["amount"], order.currency),
            "tax": show_money(part["tax"]["amount"], order.currency),
        }
        for part in order.tax
    ]


def describe_payment(order: Order) -> list[tuple[str | Promise, Any]]:
    """What was paid, given back and is held."""
    rows: list[tuple[str | Promise, Any]] = [
        (_("Paid"), show_money(order.amount_paid, order.currency)),
        (_("Refunded"), show_money(order.amount_refunded, order.currency)),
    ]
    if order.change_from is not None:
        rows.append((_("Change from"), show_money(order.change_from, order.currency)))
    return rows


def describe_lists(order: Order, request: HttpRequest) -> list[tuple[str, str]]:
    """What else the admin lists of the order's money, as far as the member of staff may see it: names and addresses."""
    found = []
    for title, label, lookup in settings.LISTS_ABOUT_ORDERS:
        line = page(title, "", label)
        if line["permission"](request):
            found.append((str(title), f"{line['link']}?{lookup}={order.id}"))
    return found


def describe_times(order: Order) -> list[dict[str, Any]]:
    """When each thing happened, beside what was promised first and last."""
    cooked = {"first": order.first_cooked_at, "last": order.estimated_cooked_at}
    delivered = {"first": order.first_delivered_to, "last": order.estimated_delivered_to}
    rows = [
        (_("Placed"), order.placed_at, {}),
        (_("Wanted for"), order.requested_at, {}),
        (_("To be released"), order.release_at, {}),
        (_("Payment due"), order.payment_due_at, {}),
        (_("Paid"), order.paid_at, {}),
        (Status.ACCEPTED.label, order.accepted_at, {}),
        (Status.RESTOCKING.label, order.restocking_started_at, {}),
        (Status.PICKING.label, order.picking_started_at, {}),
        (Status.COOKING.label, order.cooking_started_at, {}),
        (Status.READY.label, order.cooked_at, cooked),
        (Status.IN_DELIVERY.label, order.delivery_started_at, {}),
        (Status.DELIVERED.label, order.delivered_at, delivered),
        (Status.UNDELIVERED.label, order.closed_at, {}),
        (Status.CANCELLED.label, order.cancelled_at, {}),
    ]
    return [{"name": name, "at": at, **promised} for name, at, promised in rows if at or promised]


def describe_estimate(estimate: Estimate) -> dict[str, Any]:
    """One estimate with the seconds of its parts in the order of the table's columns."""
    names = ("restock", "queue", "busy", "cooking", "courier_wait", "travel")
    return {"made": estimate, "parts": [getattr(estimate, f"{name}_seconds") for name in names]}


def show_rate(bps: int) -> str:
    """Basis points as percent: 700 is 7 %."""
    return f"{bps / 100:g} %"
