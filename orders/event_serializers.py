"""Shapes of what the call about events takes and promises."""

from typing import Any

from rest_framework import serializers

from customerbackend.serializers import MoneyField, StrictSerializer, UtcDateTimeField
from orders.models import OrderEvent, PaymentState
from orders.statuses import VisibleStatus


class EventsQuery(StrictSerializer):
    after = serializers.CharField(
        required=False,
        max_length=500,
        help_text="The `next_cursor` of the answer before; without it from the beginning.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class OrderEventSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=OrderEvent.Type.choices)
    order_id = serializers.UUIDField()
    at = UtcDateTimeField(help_text="When it happened. What is reported late comes after what was reported before.")
    status = serializers.ChoiceField(
        choices=VisibleStatus.choices, allow_null=True, help_text="Of `order.placed` and `order.status_changed`."
    )
    payment_state = serializers.ChoiceField(
        choices=PaymentState.choices, allow_null=True, help_text="As it was after it, like all that follows."
    )
    owed = MoneyField(allow_null=True)
    delivered_from = UtcDateTimeField(allow_null=True)
    delivered_to = UtcDateTimeField(allow_null=True, help_text="The promise that was in force.")


class EventPageSerializer(serializers.Serializer[Any]):
    data = OrderEventSerializer(many=True)  # type: ignore[assignment]  # the contract's name; `.data` is not used
    next_cursor = serializers.CharField(help_text="Where to go on, also when there is nothing yet. Never null.")
