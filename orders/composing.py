"""An order's rows, as the one writing statement of placing takes them. Pure."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from catalog.describing import describe_allergens
from catalog.hours import business_date
from catalog.recipes import demand
from customerbackend.ids import new_id
from customerbackend.money import money
from customerbackend.times import rfc3339, rfc3339_or_none
from orders.estimates import Forecast
from orders.models import AT_THE_DOOR, PaymentState
from orders.planning import Plan
from orders.preprocessing import Subject
from orders.pricing import Charge, PricedLine, describe_totals
from orders.slots import slot_of
from orders.statuses import Status


def compose_order(plan: Plan, subject: Subject, status: Status, estimate: Forecast) -> dict[str, Any]:
    """The row of `Order`, but for the copy of its lines."""
    wish, priced, now = plan.wish, plan.priced, rfc3339(plan.now)
    waits = status == Status.WAITING_FOR_PAYMENT
    contact = wish.delivery.contact or {"name": plan.customer.name, "phone": plan.customer.phone}
    return {
        "id": str(plan.order_id),
        "number": subject.number,
        "version": 1,
        "customer_id": str(plan.customer.id),
        "branch_id": str(plan.branch.id),
        "business_date": business_date(plan.branch, plan.now).isoformat(),
        "catalog_version": plan.catalog.version,
        "status": status.value,
        "status_changed_at": now,
        "payment_method": wish.payment_method,
        "payment_state": payment_state_of(plan),
        "payment_due_at": rfc3339(plan.now + timedelta(seconds=settings.PAYMENT_SECONDS)) if waits else None,
        "amount_paid": 0,
        "amount_refunded": 0,
        "change_from": wish.change_from,
        "currency": settings.CURRENCY,
        **{"items_total": priced.items_total, "delivery_total": priced.delivery},
        **{"total": priced.total, "owed": priced.total},
        "delivery_method": wish.delivery.method,
        "zone_key": None if plan.zone is None else plan.zone.key,
        "place": wish.delivery.place,
        "contact": contact if any(contact.values()) else None,
        "requested_at": rfc3339_or_none(wish.delivery.requested_at),
        "slot_at": rfc3339(slot_of(plan.branch, wish.delivery.requested_at))
        if plan.is_for_later and wish.delivery.requested_at
        else None,
        "release_at": rfc3339(estimate.delivered_at - timedelta(seconds=estimate.seconds))
        if plan.is_for_later
        else None,
        "comment": wish.comment,
        "charges": describe_totals(priced)["charges"],
        "tax": priced.tax,
        "seller": {
            "name": plan.branch.seller_name,
            "tax_id": plan.branch.seller_tax_id,
            "address": plan.branch.seller_address,
        },
        "demand": {str(ingredient): quantity for ingredient, quantity in priced.demand.items()},
        "placed_at": now,
        "accepted_at": now if status == Status.ACCEPTED else None,
        "estimated_cooked_at": rfc3339(estimate.cooked_at),
        "estimated_delivered_at": rfc3339(estimate.delivered_at),
        "estimated_delivered_from": rfc3339(estimate.delivered_from),
        "estimated_delivered_to": rfc3339(estimate.delivered_to),
        "first_cooked_at": rfc3339(estimate.cooked_at),
        "first_delivered_to": rfc3339(estimate.delivered_to),
        "wait_seconds": estimate.wait_seconds,
        "cooking_seconds": estimate.cooking_seconds,
        "courier_wait_seconds": estimate.courier_wait_seconds,
        "travel_seconds": estimate.travel_seconds,
        "work_seconds": estimate.cooking_seconds,
    }


def payment_state_of(plan: Plan) -> PaymentState:
    """How it stands with the money of an order that is being placed; what costs nothing is paid."""
    if plan.waits_for_payment:
        return PaymentState.WAITING
    return PaymentState.DUE_ON_DELIVERY if plan.wish.payment_method in AT_THE_DOOR else PaymentState.PAID


def compose_line(order_id: UUID, position: int, line: PricedLine) -> dict[str, Any]:
    """The row of `OrderLine`."""
    of_one = demand((recipe, 1) for recipe, _times in line.recipes)
    return {
        "id": str(new_id()),
        "order_id": str(order_id),
        "position": position,
        "product_id": str(line.product.id),
        "name": line.product.name,
        "unit_price": line.unit_price,
        "quantity": line.quantity,
        "quantity_removed": 0,
        "options": [{"id": str(o.id), "name": o.name, "price": o.price} for o in line.options],
        "note": line.note,
        "total": line.total,
        "tax_rate_bps": line.tax_rate_bps,
        "tax": line.tax,
        "allergens": describe_allergens(line.allergens),
        "demand": {str(ingredient): quantity for ingredient, quantity in of_one.items()},
    }


def describe_line(row: dict[str, Any]) -> dict[str, Any]:
    """The line as the API gives it, from its row."""
    return {
        "id": row["id"],
        "product_id": row["product_id"],
        "name": row["name"],
        "unit_price": money(row["unit_price"]),
        "quantity": row["quantity"],
        "quantity_removed": row["quantity_removed"],
        "options": [{"name": option["name"], "price": money(option["price"])} for option in row["options"]],
        "note": row["note"] or None,
        "total": money(row["total"]),
        "tax_rate_bps": row["tax_rate_bps"],
        "allergens": row["allergens"],
    }


def describe_subject(plan: Plan, number: str) -> Subject:
    """The order as preprocessing sees it."""
    return Subject(
        order_id=plan.order_id,
        number=number,
        demand=plan.priced.demand,
        cooking_seconds=plan.cooking_seconds,
        travel_seconds=plan.travel_seconds,
        requested_at=plan.wish.delivery.requested_at,
        lines=[
            {
                "name": line.product.name,
                "quantity": line.quantity,
                "options": [option.name for option in line.options],
                "note": line.note,
                "allergens": describe_allergens(line.allergens),
            }
            for line in plan.priced.lines
        ],
        comment=plan.wish.comment,
        delivery_method=plan.wish.delivery.method,
        allergies=plan.customer.allergens,
    )


def compose_charge(order_id: UUID, charge: Charge) -> dict[str, Any]:
    """The row of `OrderCharge`."""
    return {
        "id": str(new_id()),
        "order_id": str(order_id),
        "kind": charge.kind,
        "name": charge.name,
        "amount": charge.amount,
        "tax_rate_bps": charge.tax_rate_bps,
        "tax": charge.tax,
    }


def compose_log_entry(plan: Plan, status: Status) -> dict[str, Any]:
    """The first row of the status log."""
    return {
        "id": str(new_id()),
        "order_id": str(plan.order_id),
        "status": status.value,
        "is_visible": True,
        "actor_kind": "customer",
        "actor": str(plan.customer.id),
        "reason": "",
        "happened_at": rfc3339(plan.now),
        "recorded_at": rfc3339(plan.now),
    }
