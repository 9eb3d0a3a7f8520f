"""The catalog as the API shows it. Pure functions; `catalog.serializers` promises the same shapes."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings

from catalog.value import Allergens, Branch, Category, Interval, OptionGroup, Product, Zone
from customerbackend.money import money
from customerbackend.times import rfc3339_or_none


def describe_allergens(allergens: Allergens | None) -> dict[str, Any] | None:
    """What is in it and what may be; null for undeclared, never empty lists instead."""
    if allergens is None:
        return None
    return {"contains": list(allergens.contains), "may_contain": list(allergens.may_contain)}


def describe_category(category: Category) -> dict[str, Any]:
    return {
        "id": str(category.id),
        "name": category.name,
        "description": category.description,
        "picture_url": category.picture_url,
    }


def describe_option_group(group: OptionGroup, unavailable: frozenset[UUID]) -> dict[str, Any]:
    options = [
        {
            "id": str(option.id),
            "name": option.name,
            "price": money(option.price),
            "available": option.id not in unavailable,
            "allergens": describe_allergens(option.allergens),
        }
        for option in group.options
    ]
    return {"id": str(group.id), "name": group.name, "min": group.min, "max": group.max, "options": options}


def describe_product(product: Product, unavailable: frozenset[UUID]) -> dict[str, Any]:
    """A product as menu and lists show it; `unavailable` holds ids of products and options."""
    return {
        "id": str(product.id),
        "category_id": str(product.category_id),
        "name": product.name,
        "description": product.description,
        "picture_url": product.picture_url,
        "price": money(product.price),
        "available": product.id not in unavailable,
        "min_age": product.min_age,
        "allergens": describe_allergens(product.allergens),
        "dietary": list(product.dietary),
        "option_groups": [describe_option_group(group, unavailable) for group in product.groups],
    }


def describe_interval(interval: Interval) -> dict[str, str]:
    """Wall clock; `closes` at or before `opens` means the next day."""
    return {"opens": clock(interval[0]), "closes": clock(interval[1])}


def clock(moment: time) -> str:
    return moment.strftime("%H:%M")


def describe_branch(
    branch: Branch,
    *,
    open_now: bool,
    closes_at: datetime | None,
    next_opening_at: datetime | None,
    is_paused: bool,
    busy_minutes: int,
) -> dict[str, Any]:
    """A branch with its hours and what is so at the moment."""
    return {
        "id": str(branch.id),
        "name": branch.name,
        "city": branch.city,
        "address": {
            "line": branch.line,
            "postal_code": branch.postal_code,
            "city": branch.city,
            "country": branch.country,
            "latitude": branch.latitude,
            "longitude": branch.longitude,
        },
        "phone": branch.phone,
        "time_zone": branch.time_zone.key,
        "opening_hours": [
            {"weekday": weekday, **describe_interval(interval)}
            for weekday, intervals in enumerate(branch.hours, 1)
            for interval in intervals
        ],
        "exceptions": [
            {
                "date": day.isoformat(),
                "name": exception.name,
                "hours": [describe_interval(interval) for interval in exception.intervals],
            }
            for day, exception in sorted(branch.exceptions.items())
        ],
        "open_now": open_now,
        "closes_at": rfc3339_or_none(closes_at),
        "next_opening_at": rfc3339_or_none(next_opening_at),
        "paused": is_paused,
        "busy_minutes": busy_minutes,
        "payment_methods": settings.PAYMENT_METHODS,
    }


def describe_zone(zone: Zone) -> dict[str, Any]:
    """What delivery there costs and takes."""
    return {
        "zone": zone.name,
        "fee": money(zone.fee),
        "minimum": money(zone.minimum),
        "travel_seconds": zone.travel_seconds,
        "payment_methods": settings.PAYMENT_METHODS,
    }
