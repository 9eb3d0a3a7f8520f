"""Shapes of what the calls about orders take and promise."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers

from accounts.serializers import PlaceBody, PlaceSerializer
from catalog.serializers import AllergensSerializer
from customerbackend.money import PaymentMethod
from customerbackend.serializers import (
    BoundedListField,
    MoneyField,
    PageQuery,
    StrictSerializer,
    UtcDateTimeField,
    field_error,
    page_serializer,
)
from orders.delivering import Delivery
from orders.models import DeliveryMethod, OrderAdjustment, OrderCharge, PaymentState
from orders.planning import Wish
from orders.pricing import WantedLine
from orders.statuses import CancellationReason, VisibleStatus

MAX_LINES = 50
MAX_QUANTITY = 99
MAX_OPTIONS = 50
MAX_QUOTE = 64_000  # of fifty lines with fifty options each


class ItemBody(StrictSerializer):
    product_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    option_ids = BoundedListField(child=serializers.UUIDField(), required=False, default=list, max_length=MAX_OPTIONS)
    note = serializers.CharField(required=False, default="", max_length=200, allow_blank=True, allow_null=True)


class ContactBody(StrictSerializer):
    name = serializers.CharField(max_length=100)
    phone = PhoneNumberField()


class DeliveryBody(StrictSerializer):
    method = serializers.ChoiceField(choices=DeliveryMethod.choices)
    branch_id = serializers.UUIDField(required=False, allow_null=True)
    address_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="One of my addresses; the order keeps a copy."
    )
    place = PlaceBody(required=False, allow_null=True, help_text="For a courier, in place of `address_id`.")
    contact = ContactBody(required=False, allow_null=True, help_text="By default the customer.")
    requested_at = UtcDateTimeField(required=False, allow_null=True, help_text="When it should be handed over.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("address_id", "place") if attrs.get(name) is not None]
        if attrs["method"] == DeliveryMethod.COURIER and not given:
            raise serializers.ValidationError({"place": [field_error(_("Say where to deliver to."), "required")]})
        if attrs["method"] == DeliveryMethod.PICKUP and given:
            fault = field_error(_("Nothing is delivered here."), "not_for_pickup")
            raise serializers.ValidationError({name: [fault] for name in given})
        if len(given) > 1:
            fault = field_error(_("Give either an address of yours or a place."), "either_or")
            raise serializers.ValidationError({"address_id": [fault]})
        return attrs


class OrderBody(StrictSerializer):
    items = BoundedListField(child=ItemBody(), allow_empty=False, min_length=1, max_length=MAX_LINES)
    delivery = DeliveryBody()
    payment_method = serializers.ChoiceField(choices=PaymentMethod.choices)
    quote = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=MAX_QUOTE,
        help_text="Of `POST /orders/quote`: what it promised holds for five minutes. This or `expected_total`.",
    )
    expected_total = MoneyField(
        required=False,
        allow_null=True,
        help_text="What the client shows; placing is refused when it is not right.",
    )
    change_from = MoneyField(required=False, allow_null=True, help_text="Cash: the note that will be handed over.")
    comment = serializers.CharField(required=False, default="", max_length=500, allow_blank=True, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("quote") is None and attrs.get("expected_total") is None:
            fault = field_error(_("Send the quote that the customer has seen, or the total."), "required")
            raise serializers.ValidationError({"expected_total": [fault]})
        if attrs.get("change_from") is not None and attrs["payment_method"] != PaymentMethod.CASH:
            raise serializers.ValidationError({"change_from": [field_error(_("Only cash is changed."), "not_cash")]})
        return attrs


PLACE_KEYS = tuple(PlaceBody().fields)


def read_lines(items: list[dict[str, Any]]) -> list[WantedLine]:
    """The validated items as pricing takes them."""
    return [
        WantedLine(item["product_id"], item["quantity"], tuple(item["option_ids"]), item["note"] or "")
        for item in items
    ]


def read_delivery(delivery: dict[str, Any]) -> Delivery:
    """The validated delivery; a place keeps every key."""
    place, contact = delivery.get("place"), delivery.get("contact")
    return Delivery(
        method=delivery["method"],
        branch_id=delivery.get("branch_id"),
        address_id=delivery.get("address_id"),
        place=None if place is None else {key: place.get(key) for key in PLACE_KEYS},
        contact=None if contact is None else {"name": contact["name"], "phone": str(contact["phone"])},
        requested_at=delivery.get("requested_at"),
    )


def read_wish(body: dict[str, Any]) -> Wish:
    """The validated body as placing takes it."""
    return Wish(
        lines=read_lines(body["items"]),
        delivery=read_delivery(body["delivery"]),
        payment_method=body["payment_method"],
        expected_total=body.get("expected_total"),
        change_from=body.get("change_from"),
        comment=body["comment"] or "",
        quote=body.get("quote"),
    )


class QuoteBody(StrictSerializer):
    items = BoundedListField(child=ItemBody(), allow_empty=False, min_length=1, max_length=MAX_LINES)
    delivery = DeliveryBody()


class CancellationBody(StrictSerializer):
    reason = serializers.ChoiceField(choices=CancellationReason.choices, required=False, allow_null=True)
    comment = serializers.CharField(required=False, max_length=200, allow_blank=True, allow_null=True)


class HistoryQuerySerializer(PageQuery):
    status = serializers.ChoiceField(choices=VisibleStatus.choices, required=False)
    placed_from = UtcDateTimeField(required=False)
    placed_to = UtcDateTimeField(required=False, help_text="Not included.")


class ChosenOptionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    price = MoneyField()


class LineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    product_id = serializers.UUIDField()
    name = serializers.CharField()
    unit_price = MoneyField(help_text="Options included.")
    quantity = serializers.IntegerField()
    quantity_removed = serializers.IntegerField()
    options = ChosenOptionSerializer(many=True)
    note = serializers.CharField(allow_null=True)
    total = MoneyField()
    tax_rate_bps = serializers.IntegerField(help_text="Basis points: 700 is 7%.")
    allergens = AllergensSerializer(allow_null=True, help_text="null: not declared")


class ChargeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=OrderCharge.Kind.choices)
    name = serializers.CharField()
    amount = MoneyField()


class TaxSerializer(serializers.Serializer[Any]):
    rate_bps = serializers.IntegerField()
    net = MoneyField()
    tax = MoneyField()


class TotalsSerializer(serializers.Serializer[Any]):
    items = MoneyField()
    delivery = MoneyField()
    charges = ChargeSerializer(many=True, help_text="items + charges = total")
    total = MoneyField()
    tax = TaxSerializer(many=True, help_text="Contained in the total.")
    owed = MoneyField(help_text="Total and adjustments.")


class AdjustmentSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=OrderAdjustment.Kind.choices)
    amount = MoneyField(help_text="Below zero.")
    reason = serializers.CharField(allow_blank=True)
    at = UtcDateTimeField()


class PaymentSummarySerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    state = serializers.ChoiceField(choices=PaymentState.choices)
    due_at = UtcDateTimeField(allow_null=True)
    paid = MoneyField()
    refunded = MoneyField()
    change_from = MoneyField(allow_null=True)


class QuotedItemSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place among the items that were sent.")
    product_id = serializers.UUIDField()
    name = serializers.CharField()
    unit_price = MoneyField(help_text="Options included.")
    quantity = serializers.IntegerField()
    options = ChosenOptionSerializer(many=True)
    note = serializers.CharField(allow_null=True)
    total = MoneyField()
    tax_rate_bps = serializers.IntegerField(help_text="Basis points: 700 is 7%.")
    allergens = AllergensSerializer(allow_null=True, help_text="null: not declared")


class ProblemOfQuoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="The code with which placing would be refused.")
    detail = serializers.CharField()
    index = serializers.IntegerField(allow_null=True, help_text="Which item; null: the whole.")
    data = serializers.DictField(help_text="The further fields of that refusal.")  # type: ignore[assignment]


class ContactSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_null=True)


class DeliverySerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(choices=DeliveryMethod.choices)
    branch_id = serializers.UUIDField()
    place = PlaceSerializer(allow_null=True)
    contact = ContactSerializer(allow_null=True)
    requested_at = UtcDateTimeField(allow_null=True)


class TimesSerializer(serializers.Serializer[Any]):
    placed_at = UtcDateTimeField()
    paid_at = UtcDateTimeField(allow_null=True)
    accepted_at = UtcDateTimeField(allow_null=True, help_text="When it became processing.")
    cooking_started_at = UtcDateTimeField(allow_null=True)
    cooked_at = UtcDateTimeField(allow_null=True)
    delivery_started_at = UtcDateTimeField(allow_null=True)
    delivered_at = UtcDateTimeField(allow_null=True)
    closed_at = UtcDateTimeField(allow_null=True)
    cancelled_at = UtcDateTimeField(allow_null=True)


class EstimatesSerializer(serializers.Serializer[Any]):
    cooked_at = UtcDateTimeField()
    delivered_at = UtcDateTimeField()
    delivered_from = UtcDateTimeField()
    delivered_to = UtcDateTimeField(help_text="The promise: late means after it.")
    first_cooked_at = UtcDateTimeField()
    first_delivered_to = UtcDateTimeField()
    wait_seconds = serializers.IntegerField()
    cooking_seconds = serializers.IntegerField()
    courier_wait_seconds = serializers.IntegerField(allow_null=True)
    travel_seconds = serializers.IntegerField(allow_null=True)


class QuoteSerializer(serializers.Serializer[Any]):
    branch_id = serializers.UUIDField(allow_null=True)
    items = QuotedItemSerializer(many=True, help_text="Those that can be had as asked for.")
    totals = TotalsSerializer(allow_null=True)
    estimates = EstimatesSerializer(allow_null=True)
    problems = ProblemOfQuoteSerializer(many=True, help_text="What stands against placing.")
    quote = serializers.CharField(allow_null=True, help_text="To place the order with; null while there are problems.")
    expires_at = UtcDateTimeField(allow_null=True)


class StatusLogSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=VisibleStatus.choices)
    at = UtcDateTimeField()


class SellerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    tax_id = serializers.CharField()
    address = serializers.CharField()


class RatingSerializer(serializers.Serializer[Any]):
    food = serializers.IntegerField(min_value=1, max_value=5)
    delivery = serializers.IntegerField(min_value=1, max_value=5, allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField(allow_null=True)


class OrderSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=VisibleStatus.choices)
    status_changed_at = UtcDateTimeField()
    can_cancel = serializers.BooleanField()
    cancel_refusal = serializers.CharField(
        allow_null=True,
        help_text="in_preparation, in_delivery, already_closed, paid_online; null: it can be cancelled.",
    )
    items = LineSerializer(many=True)
    totals = TotalsSerializer()
    adjustments = AdjustmentSerializer(many=True)
    payment = PaymentSummarySerializer()
    delivery = DeliverySerializer()
    times = TimesSerializer()
    estimates = EstimatesSerializer()
    status_log = StatusLogSerializer(many=True)
    comment = serializers.CharField(allow_null=True)
    rating = RatingSerializer(allow_null=True)
    seller = SellerSerializer()


OrderPageSerializer = page_serializer("OrderPage", OrderSerializer)


class CurrentOrdersSerializer(serializers.Serializer[Any]):
    data = OrderSerializer(many=True)  # type: ignore[assignment]  # the contract's name; `.data` is not used


class OrderStatusSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=VisibleStatus.choices)
    status_changed_at = UtcDateTimeField()
    can_cancel = serializers.BooleanField()
    estimates = EstimatesSerializer()


class CancellationSerializer(serializers.Serializer[Any]):
    can_cancel = serializers.BooleanField()
    cancel_refusal = serializers.CharField(allow_null=True)
    until_status = serializers.ChoiceField(
        choices=VisibleStatus.choices, allow_null=True, help_text="The status that ends it at the latest."
    )
    refund = MoneyField(allow_null=True, help_text="What would be given back; null: nothing has been paid.")
