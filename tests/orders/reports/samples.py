"""Orders as the API gives them, for reports to be made of."""

from typing import Any

from customerbackend.money import included_tax
from orders.reports.content import Subject
from tests.orders.steps import at, euro

EMPTY_PLACE = dict.fromkeys(
    ("city", "line", "postal_code", "apartment", "entrance", "floor", "door_code", "comment", "latitude", "longitude")
)
PLACE = {**EMPTY_PLACE, "city": "Berlin", "line": "Torstraße 61", "postal_code": "10119", "leave_at_door": False}
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützen" * 4 + "Ende"
OFFSETS = {"placed_at": 0, "accepted_at": 0, "cooking_started_at": 6, "cooked_at": 19, "delivery_started_at": 26,
           "delivered_at": 41}  # fmt: skip
LOGGED = {"accepted_at": "processing", "cooking_started_at": "cooking", "cooked_at": "ready",
          "delivery_started_at": "in_delivery", "delivered_at": "delivered"}  # fmt: skip


def line(name: str, price: int, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """One item; `price` is of one with its options."""
    return {
        "id": "0190163d-8694-739b-aea5-966c26f8ad91",
        "product_id": "0190163d-8694-739b-aea5-966c26f8ad92",
        "name": name,
        "unit_price": euro(price),
        "quantity": quantity,
        "quantity_removed": 0,
        "options": [],
        "note": None,
        "total": euro(price * quantity),
        "tax_rate_bps": 700,
        "allergens": {"contains": [], "may_contain": []},
        **more,
    }


def option(name: str, price: int = 0) -> dict[str, Any]:
    return {"name": name, "price": euro(price)}


def order_of(*items: dict[str, Any], fee: int = 200, **changes: Any) -> dict[str, Any]:
    """An order of these items that was delivered by courier and paid in cash, with all its sums."""
    items_total = sum(item["total"]["amount"] for item in items)
    gross: dict[int, int] = {1900: fee} if fee else {}
    for item in items:
        gross[item["tax_rate_bps"]] = gross.get(item["tax_rate_bps"], 0) + item["total"]["amount"]
    tax = {rate: included_tax(amount, rate) for rate, amount in gross.items()}
    total = items_total + fee
    return {
        "id": "0190163d-8694-739b-aea5-966c26f8ad90",
        "number": "482913650",
        "version": 7,
        "status": "delivered",
        "status_changed_at": at(minutes=41),
        "can_cancel": False,
        "cancel_refusal": "already_closed",
        "items": list(items),
        "totals": {
            "items": euro(items_total),
            "delivery": euro(fee),
            "charges": [{"kind": "delivery", "name": "Delivery", "amount": euro(fee)}] if fee else [],
            "total": euro(total),
            "tax": [
                {"rate_bps": rate, "net": euro(gross[rate] - tax[rate]), "tax": euro(tax[rate])} for rate in sorted(tax)
            ],
            "owed": euro(total),
        },
        "adjustments": [],
        "payment": {
            "method": "cash",
            "state": "paid",
            "due_at": None,
            "paid": euro(total),
            "refunded": euro(0),
            "change_from": None,
        },
        "delivery": {
            "method": "courier",
            "branch_id": "0190163d-8694-739b-aea5-966c26f8ad93",
            "place": PLACE,
            "contact": {"name": "Alice", "phone": "+493023125001"},
            "requested_at": None,
        },
        "times": {
            **dict.fromkeys(("paid_at", "closed_at", "cancelled_at")),
            **{name: at(minutes=minutes) for name, minutes in OFFSETS.items()},
        },
        "estimates": {
            "cooked_at": at(minutes=19),
            "delivered_at": at(minutes=36),
            "delivered_from": at(minutes=31),
            "delivered_to": at(minutes=46),
            "first_cooked_at": at(minutes=16),
            "first_delivered_to": at(minutes=43),
            "wait_seconds": 240,
            "cooking_seconds": 720,
            "courier_wait_seconds": 300,
            "travel_seconds": 600,
        },
        "status_log": [{"status": status, "at": at(minutes=OFFSETS[name])} for name, status in LOGGED.items()],
        "comment": None,
        "rating": None,
        "seller": {
            "name": "Kitchen GmbH",
            "tax_id": "DE123456789",
            "address": "Invalidenstr. 1, 10115 Berlin",
        },
        **changes,
    }


def subject_of(order: dict[str, Any], **changes: Any) -> Subject:
    """What its report is made of, for a customer who reads English in Berlin."""
    known = {
        "language": "en",
        "time_zone": "Europe/Berlin",
        "branch": "Mitte",
        "branch_address": "Invalidenstr. 1, 10115 Berlin",
        "email": "alice@example.com",
    }
    return Subject(order=order, **{**known, **changes})


def forty_lines() -> dict[str, Any]:
    """An order of forty lines with all that can be in one: Russian, signs that fonts lack, a word that does not end."""
    plain = [
        line(
            f"Блюдо № {number}: борщ с пампушками",
            500 + 7 * number,
            number % 9 + 1,
            tax_rate_bps=(700, 1900)[number % 2],
        )
        for number in range(1, 34)
    ]
    special = [
        line("<script>alert('41')</script> & \"Söhne\" <b>", 1250, 2, note="</td><script>alert(42)</script>"),
        line(LONG_NAME, 999, 3, note="ohne " + "Zwiebeln" * 24),
        line("Пицца 🍕 с ананасом 👩‍🍳", 1490, 1, note="Поострее, пожалуйста 🌶️🌶️🌶️"),
        line("Family feast", 123456789, 99, options=[option("Extra cheese", 150), option("Big", 0)]),
        line("Gone soup", 650, 2, quantity_removed=2),
        line("Half gone dumplings", 830, 12, quantity_removed=11, allergens=None),
        line(
            "Everything in it",
            1111,
            1,
            options=[option(f"Topping number {number}", number) for number in range(1, 26)],
            allergens={"contains": ["gluten", "milk", "eggs"], "may_contain": ["nuts"]},
        ),
    ]
    return order_of(*plain, *special, comment="Line one\nLine two <i>&amp;</i>\n\n\n" + "слово " * 60)


def lower(order: dict[str, Any], amount: int, reason: str, kind: str = "item_removed") -> None:
    """Adjust what is owed by an amount below zero, four minutes after noon."""
    order["adjustments"].append({"kind": kind, "amount": euro(amount), "reason": reason, "at": at(minutes=4)})
    order["totals"]["owed"] = euro(order["totals"]["owed"]["amount"] + amount)


def six_lines() -> dict[str, Any]:
    """An order as people place them: one thing was sold out, and its price given back."""
    order = order_of(
        line(
            "Pizza Margherita",
            1590,
            2,
            options=[option("Large", 250), option("Extra mozzarella", 150)],
            note="Well done, please",
            allergens={"contains": ["gluten", "milk"], "may_contain": ["soybeans"]},
        ),
        line("Tagliatelle al ragù", 1340, allergens={"contains": ["gluten", "eggs", "celery"], "may_contain": []}),
        line("Борщ с пампушками", 870, allergens={"contains": ["gluten", "celery", "milk"], "may_contain": []}),
        line("Caesar salad", 990, 2, quantity_removed=1, allergens={"contains": ["fish", "eggs"], "may_contain": []}),
        line("Tiramisù", 620, 2, allergens={"contains": ["eggs", "milk", "gluten"], "may_contain": ["nuts"]}),
        line("Lemonade, homemade, 0.5 l", 390, 3, tax_rate_bps=1900),
        fee=290,
        comment="The bell does not work. Please call when you are downstairs.",
        rating={"food": 5, "delivery": 4, "tags": ["tasty", "friendly_courier"], "comment": "Still hot. Thank you!"},
    )
    lower(order, -990, "sold out")
    order["payment"] |= {"method": "card", "state": "partly_refunded", "refunded": euro(990)}
    order["times"]["paid_at"] = at(minutes=1)
    return order


def everything_long() -> dict[str, Any]:
    """An order for another day whose every text is as long as it may be."""
    order = order_of(line("Ж" * 100, 10**9, 99, note="ы" * 200), comment="щ" * 500)
    order["totals"]["charges"][0]["name"] = "Ш" * 100
    lower(order, -1, "ю" * 300, "goodwill")
    for names in (("first_cooked_at", "cooked_at"), ("first_delivered_to", "delivered_to"), ("delivered_at",)):
        order["estimates"] |= dict.fromkeys(names, at(days=300, hours=9, minutes=59))
    order["times"] |= {"cooked_at": at(days=300, hours=12), "delivered_at": at(days=301)}
    order["payment"] |= {"method": "terminal", "state": "due_on_delivery", "change_from": euro(10**15)}
    order["delivery"] |= {
        "place": dict.fromkeys(EMPTY_PLACE, "Ф" * 100) | {"comment": "д" * 300, "leave_at_door": True},
        "contact": {"name": "Щ" * 100, "phone": "+493023125001"},
        "requested_at": at(days=300),
    }
    order["rating"] = {"food": 5, "delivery": 5, "tags": ["friendly_courier"] * 12, "comment": "Ю" * 1000}
    order["seller"] = {"name": "Ш" * 200, "tax_id": "9" * 32, "address": "Ы" * 300}
    return order
