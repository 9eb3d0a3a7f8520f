"""What tests are about: a small company, its customers and their orders. Each function makes one thing, really."""

from datetime import UTC, datetime, time
from itertools import count
from typing import Any

from accounts import sessions
from accounts.models import Customer
from catalog import stock
from catalog.models import (
    THOUSANDTHS,
    Branch,
    BranchState,
    Category,
    DeliveryZone,
    Ingredient,
    OpeningHours,
    Option,
    OptionGroup,
    OptionIngredient,
    Product,
    ProductIngredient,
    ProductOptionGroup,
    TaxClass,
)
from customerbackend.ids import new_id
from tests.hashes import cheap_hash

PASSWORD = "correct-Horse-9"
PASSWORD_HASH = cheap_hash(PASSWORD)
_numbers = count(1)

ROUND_THE_CLOCK = [(weekday, time(0), time(0)) for weekday in range(7)]


def make_customer(login: str, **fields: Any) -> Customer:
    """A verified customer whose password is PASSWORD."""
    defaults = {
        "email": f"{login}@example.com",
        "name": login.title(),
        "phone": "+493023125001",
        "password": PASSWORD_HASH,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Customer.objects.create(login=login, **{**defaults, **fields})


def sign_in(customer: Customer, **options: Any) -> dict[str, Any]:
    """A new session of the customer, as the API gives it."""
    return sessions.begin_session(
        customer=customer, **{"keep_signed_in": False, "device_name": "test", "client": "203.0.113.7", **options}
    )


def make_tax_class(key: str = "food", *, courier_bps: int = 700, pickup_bps: int = 700) -> TaxClass:
    found, _ = TaxClass.objects.get_or_create(
        key=key, defaults={"name": key.title(), "courier_bps": courier_bps, "pickup_bps": pickup_bps}
    )
    return found


def make_branch(
    name: str = "Mitte",
    *,
    hours: list[tuple[int, time, time]] = ROUND_THE_CLOCK,
    postal_prefixes: tuple[str, ...] = ("101",),
    fee: int = 200,
    minimum: int = 0,
    travel_seconds: int = 600,
    **fields: Any,
) -> Branch:
    """A branch in Berlin with one zone by postal code; it does not restock unless `restock_minutes` is given."""
    number = next(_numbers)
    defaults = {
        "line": "Invalidenstr. 1",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        "latitude": 52.53,
        "longitude": 13.38,
        "time_zone": "Europe/Berlin",
        "cooking_places": 2,
        "restock_minutes": None,
        "courier_wait_seconds": 300,
        "seller_name": "Kitchen GmbH",
        "seller_tax_id": "DE123456789",
        "seller_address": "Invalidenstr. 1, 10115 Berlin",
        "position": number,
    }
    branch = Branch.objects.create(
        key=f"branch-{number}",
        name=name,
        delivery_tax_class=make_tax_class("standard", courier_bps=1900, pickup_bps=1900),
        **{**defaults, **fields},
    )
    BranchState.objects.create(branch=branch)
    OpeningHours.objects.bulk_create(
        OpeningHours(branch=branch, weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in hours
    )
    if postal_prefixes:
        DeliveryZone.objects.create(
            branch=branch,
            key="near",
            name="Near",
            postal_prefixes=list(postal_prefixes),
            fee=fee,
            minimum=minimum,
            travel_seconds=travel_seconds,
        )
    return branch


def make_ingredient(key: str, **fields: Any) -> Ingredient:
    """An ingredient counted in pieces, without allergens and vegan unless said otherwise."""
    defaults = {"name": key.title(), "unit": "piece", "contains": [], "may_contain": [], "dietary": ["vegan"]}
    found, _ = Ingredient.objects.get_or_create(key=key, defaults={**defaults, **fields})
    return found


def make_category(key: str = "mains") -> Category:
    found, _ = Category.objects.get_or_create(key=key, defaults={"name": key.title()})
    return found


def make_product(
    key: str,
    *,
    price: int = 1000,
    recipe: dict[str, int] | None = None,
    groups: tuple[OptionGroup, ...] = (),
    category: Category | None = None,
    **fields: Any,
) -> Product:
    """A product; `recipe` is whole units by ingredient key, by default one piece of an ingredient of the same key."""
    product = Product.objects.create(
        key=key,
        name=fields.pop("name", key.title()),
        category=category or make_category(),
        price=price,
        tax_class=fields.pop("tax_class", None) or make_tax_class(),
        cooking_seconds=fields.pop("cooking_seconds", 600),
        position=next(_numbers),
        **fields,
    )
    for ingredient, quantity in ({key: 1} if recipe is None else recipe).items():
        ProductIngredient.objects.create(
            product=product, ingredient=make_ingredient(ingredient), quantity=quantity * THOUSANDTHS
        )
    for position, group in enumerate(groups):
        ProductOptionGroup.objects.create(product=product, group=group, position=position)
    return product


def make_options(
    key: str, options: dict[str, int], *, min: int = 0, max: int = 1, recipes: dict[str, dict[str, int]] | None = None
) -> OptionGroup:
    """An option group; `options` is prices by key, `recipes` whole units by ingredient key for some of them."""
    group = OptionGroup.objects.create(key=key, name=key.title(), min=min, max=max)
    for position, (name, price) in enumerate(options.items()):
        option = Option.objects.create(key=name, name=name.title(), group=group, price=price, position=position)
        for ingredient, quantity in (recipes or {}).get(name, {}).items():
            OptionIngredient.objects.create(
                option=option, ingredient=make_ingredient(ingredient), quantity=quantity * THOUSANDTHS
            )
    return group


def put_in_stock(branch: Branch, **units: int) -> None:
    """Count whole units by ingredient key (with `_` for `-`) into a branch's stock."""
    stock.count(
        branch=branch,
        quantities={make_ingredient(key.replace("_", "-")): units * THOUSANDTHS for key, units in units.items()},
        operation_id=new_id(),
        actor="test",
    )


def order_body(*items: Any, total: int, **changes: Any) -> dict[str, Any]:
    """The body of an order by courier to 10115, paid in cash; items are products or whole item objects."""
    return {
        "items": [item if isinstance(item, dict) else {"product_id": str(item.id), "quantity": 1} for item in items],
        "delivery": {"method": "courier", "place": {"city": "Berlin", "line": "Ackerstr. 1", "postal_code": "10115"}},
        "payment_method": "cash",
        "expected_total": {"amount": total, "currency": "EUR"},
        **changes,
    }
