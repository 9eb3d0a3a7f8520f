"""What the report of one order holds: all that the order does, in words and in its order of appearance.

Page, document and picture are made from this one description, so none of them can show what the others do not. It is
made from the order's JSON as the API gives it; what only programs need (ids, version, what can be done) is left out.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from orders.models import OrderAdjustment, OrderCharge
from orders.reports.clocks import Clocks, describe_cooking, describe_handing_over
from orders.reports.sections import (
    Section,
    describe_comment,
    describe_delivery,
    describe_payment,
    describe_progress,
    describe_rating,
    describe_seller,
)
from orders.reports.wording import (
    NO_BREAK,
    Calendar,
    named,
    on_one_line,
    quote,
    show_allergens,
    show_money,
    show_rate,
    show_reason,
    start_calendar,
)
from orders.statuses import VisibleStatus


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is made of: the order as the API gives it, how its customer reads, its branch, and where it can be
    mailed to.
    """

    order: dict[str, Any]
    language: str
    time_zone: str
    branch: str
    branch_address: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """What was ordered. `left` is how many of it were not removed; `removed` says how many were, if any."""

    quantity: int
    left: int
    removed: str
    name: str
    options: tuple[str, ...]
    note: str
    allergens: str
    unit_price: str
    tax_rate: str
    total: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A step from the items to what is owed. `look`: main, minor or empty."""

    label: str
    amount: str
    note: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report, every text in the customer's language. `look` is of the status: good, bad or open."""

    language: str
    company: str
    number: str
    title: str
    status: str
    look: str
    placed: str
    zone: str
    clocks: tuple[Clocks, Clocks]
    columns: tuple[str, str, str, str, str]
    lines: tuple[Line, ...]
    sums: tuple[Sum, ...]
    left: tuple[Section, ...]
    right: tuple[Section, ...]
    seller: str
    page: str

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"order-{self.number}"


def describe_report(subject: Subject) -> Report:
    """The report in the customer's language and time zone."""
    order = subject.order
    placed_at = order["times"]["placed_at"]
    with translation.override(subject.language):
        calendar = start_calendar(ZoneInfo(subject.time_zone), placed_at)
        delivery = describe_delivery(order, calendar, branch=subject.branch, branch_address=subject.branch_address)
        said = (describe_comment(order), describe_rating(order))
        return Report(
            language=subject.language,
            company=on_one_line(settings.COMPANY_NAME),
            number=order["number"],
            title=gettext("Order %(number)s") % {"number": order["number"]},
            status=named(VisibleStatus(order["status"]).label),
            look={"delivered": "good", "cancelled": "bad", "undelivered": "bad"}.get(order["status"], "open"),
            placed=gettext("Placed %(moment)s") % {"moment": calendar.whole(placed_at)},
            zone=gettext("Times are those of %(zone)s.") % {"zone": calendar.zone_at(placed_at)},
            clocks=(describe_cooking(order, calendar), describe_handing_over(order, calendar)),
            columns=(gettext("Quantity"), gettext("Product"), gettext("Each"), gettext("Tax"), gettext("Total")),
            lines=tuple(describe_line(item) for item in order["items"]),
            sums=tuple(describe_sums(order, calendar)),
            left=(delivery, describe_progress(order, calendar), *(section for section in said if section.facts)),
            right=(describe_payment(order, calendar), describe_seller(order)),
            seller=" · ".join(on_one_line(order["seller"][name]) for name in ("name", "tax_id")),
            page=gettext("Page %(page)s of %(pages)s"),
        )


def describe_line(item: dict[str, Any]) -> Line:
    """One line, with the sum that it was ordered for: what was removed is taken off below."""
    removed = item["quantity_removed"]
    return Line(
        quantity=item["quantity"],
        left=item["quantity"] - removed,
        removed=gettext("%(count)s removed") % {"count": removed} if removed else "",
        name=on_one_line(item["name"]),
        options=tuple(describe_option(option) for option in item["options"]),
        note=quote(on_one_line(item["note"])) if item["note"] else "",
        allergens=show_allergens(item["allergens"]),
        unit_price=show_money(item["unit_price"]),
        tax_rate=show_rate(item["tax_rate_bps"]),
        total=show_money(item["total"]),
    )


def describe_option(option: dict[str, Any]) -> str:
    """Its name, and what it costs."""
    name = on_one_line(option["name"])
    return f"{name}{NO_BREAK}+{show_money(option['price'])}" if option["price"]["amount"] else name


def name_charge(charge: dict[str, Any]) -> str:
    """Its name, which the deployment gave it in its own language; the customer's, where it is only that of its kind."""
    kind = OrderCharge.Kind(charge["kind"]).label
    with translation.override(settings.LANGUAGE_CODE):
        is_of_kind = charge["name"] == named(kind)
    return named(kind) if is_of_kind else on_one_line(charge["name"])


def describe_sums(order: dict[str, Any], calendar: Calendar) -> list[Sum]:
    """From the items to the total, the tax in it, and to what is owed where that is another sum."""
    totals = order["totals"]
    sums = [Sum(gettext("Items"), show_money(totals["items"]))]
    sums += [Sum(name_charge(charge), show_money(charge["amount"])) for charge in totals["charges"]]
    sums.append(Sum(gettext("Total"), show_money(totals["total"]), look="main"))
    for part in totals["tax"]:
        words = {"rate": show_rate(part["rate_bps"]), "net": show_money(part["net"])}
        label = gettext("Tax of %(rate)s contained, net %(net)s") % words
        sums.append(Sum(label, show_money(part["tax"]), look="minor"))
    for adjustment in order["adjustments"]:
        label = named(OrderAdjustment.Kind(adjustment["kind"]).label)
        note = " · ".join(filter(None, (show_reason(adjustment["reason"]), calendar.short(adjustment["at"]))))
        sums.append(Sum(label, show_money(adjustment["amount"]), note))
    if order["adjustments"]:
        sums.append(Sum(gettext("Owed"), show_money(totals["owed"]), look="main"))
    return sums
