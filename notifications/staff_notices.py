"""What staff are mailed: what has happened to which order, and what is known of it, one line each."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customerbackend.money import format_money

TITLES: Mapping[str, Any] = {
    "low_rating": _("A low rating"),
    "stock_short": _("Not enough in stock"),
    "order_cancelled": _("An order has been cancelled"),
    "refund_failed": _("A refund has failed"),
    "payment_lost": _("A payment has been lost"),
}
LABELS: Mapping[str, Any] = {
    "number": _("Order"),
    "reason": _("Reason"),
    "food": _("Stars for the food"),
    "delivery": _("Stars for the delivery"),
    "tags": _("What it was about"),
    "comment": _("Comment"),
    "ingredients": _("Ingredients"),
    "ingredient_ids": _("Ingredients"),
    "amount": _("Amount"),
}
LINKED = ("order_id", "refund_id", "payment_id")  # shown on the order's page


def describe_notice(kind: str, data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the template shows: title, lines of label and text, and the address of the order's page in the admin."""
    with translation.override(language):
        lines = [
            (str(LABELS.get(name) or in_words(name)), "; ".join(texts))
            for name in sorted(data, key=place_of)
            if name not in LINKED and (texts := list(describe(data[name])))
        ]
        title = str(TITLES.get(kind) or in_words(kind))
    order_id = data.get("order_id")
    return {
        "title": f"{title} ({data['number']})" if data.get("number") else title,
        "lines": lines,
        "link": f"{settings.PUBLIC_URL}/admin/orders/order/{order_id}/change/" if order_id else None,
    }


def place_of(name: str) -> tuple[int, str]:
    """Where a line stands: as the labels do, what has none after them."""
    return list(LABELS).index(name) if name in LABELS else len(LABELS), name


def in_words(name: str) -> str:
    """A name that nobody has words for."""
    return name.replace("_", " ").capitalize()


def describe(value: Any) -> Iterator[str]:
    """A value of a message's data as texts; none for what is empty."""
    if isinstance(value, list):
        for part in value:
            yield from describe(part)
    elif isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        yield format_money(value["amount"], value["currency"])
    elif isinstance(value, dict) and "thousandths" in value:
        yield f"{value['name']}: {value['thousandths'] / 1000:g} {value['unit']}".strip()
    elif isinstance(value, dict):
        parts = {name: "; ".join(describe(part)) for name, part in value.items()}
        yield ", ".join(f"{in_words(name)}: {text}" for name, text in parts.items() if text)
    elif value not in (None, ""):
        yield str(value)
