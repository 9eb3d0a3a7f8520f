"""What stands below the lines of a report: delivery, payment, progress, seller, and what the customer said."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from customerbackend.money import PaymentMethod
from orders.models import DeliveryMethod, PaymentState, Rating
from orders.reports.wording import Calendar, named, on_one_line, show_money, show_stars, tidy
from orders.statuses import VisibleStatus


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the order says, under its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Facts that belong together."""

    title: str
    facts: tuple[Fact, ...]


def facts(*pairs: tuple[str, str | None]) -> tuple[Fact, ...]:
    """Those of the pairs of label and value that say something."""
    return tuple(Fact(label, value) for label, value in pairs if value)


def describe_delivery(order: dict[str, Any], calendar: Calendar, *, branch: str, branch_address: str) -> Section:
    """How, from where, to where, to whom, and when it was wanted."""
    delivery = order["delivery"]
    place, contact = delivery["place"] or {}, delivery["contact"] or {}
    town = " ".join(filter(None, (place.get("postal_code"), place.get("city"))))
    is_located = place.get("latitude") is not None
    fields = (
        (gettext("Entrance"), "entrance"),
        (gettext("Floor"), "floor"),
        (gettext("Apartment"), "apartment"),
        (gettext("Door code"), "door_code"),
        (gettext("Comment"), "comment"),
    )
    return Section(
        gettext("Delivery"),
        facts(
            (gettext("Method"), named(DeliveryMethod(delivery["method"]).label)),
            (gettext("Wanted for"), delivery["requested_at"] and calendar.short(delivery["requested_at"])),
            (gettext("Branch"), on_one_line(f"{branch}, {branch_address}")),
            (gettext("Address"), on_one_line(", ".join(filter(None, (place.get("line"), town))))),
            *((label, tidy(place.get(name) or "")) for label, name in fields),
            (gettext("Leave at the door"), gettext("yes") if place.get("leave_at_door") else None),
            (gettext("Coordinates"), f"{place['latitude']}, {place['longitude']}" if is_located else None),
            (gettext("Contact"), on_one_line(", ".join(filter(None, (contact.get("name"), contact.get("phone")))))),
        ),
    )


def describe_comment(order: dict[str, Any]) -> Section:
    """What the customer said when ordering."""
    return Section(gettext("Comment"), facts(("", tidy(order["comment"] or ""))))


def describe_rating(order: dict[str, Any]) -> Section:
    """What the customer said after it."""
    rating, tags = order["rating"] or {}, dict(Rating.Tag.choices)
    stars = {name: show_stars(rating[name]) if rating.get(name) else None for name in ("food", "delivery")}
    return Section(
        gettext("Rating"),
        facts(
            (gettext("Food"), stars["food"]),
            (gettext("Delivery"), stars["delivery"]),
            ("", named(", ".join(str(tags.get(tag, tag)) for tag in rating.get("tags") or ()))),
            ("", tidy(rating.get("comment") or "")),
        ),
    )


def describe_payment(order: dict[str, Any], calendar: Calendar) -> Section:
    """How it stands with the money."""
    payment, paid_at = order["payment"], order["times"]["paid_at"]
    return Section(
        gettext("Payment"),
        facts(
            (gettext("Method"), named(PaymentMethod(payment["method"]).label)),
            (gettext("State"), named(PaymentState(payment["state"]).label)),
            (gettext("Payment due"), payment["due_at"] and calendar.short(payment["due_at"])),
            (gettext("Paid"), show_money(payment["paid"])),
            (gettext("Paid at"), paid_at and calendar.short(paid_at)),
            (gettext("Refunded"), show_money(payment["refunded"]) if payment["refunded"]["amount"] else None),
            (gettext("Change from"), payment["change_from"] and show_money(payment["change_from"])),
        ),
    )


def describe_progress(order: dict[str, Any], calendar: Calendar) -> Section:
    """Every passage that the customer saw, oldest first."""
    return Section(
        gettext("Progress"),
        tuple(
            Fact(calendar.short(entry["at"]), named(VisibleStatus(entry["status"]).label))
            for entry in order["status_log"]
        ),
    )


def describe_seller(order: dict[str, Any]) -> Section:
    """Who sold it."""
    seller = order["seller"]
    return Section(
        gettext("Seller"),
        facts(
            (gettext("Name"), on_one_line(seller["name"])),
            (gettext("Tax id"), on_one_line(seller["tax_id"])),
            (gettext("Address"), on_one_line(seller["address"])),
        ),
    )
