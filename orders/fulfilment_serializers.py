"""Shapes of what services report and are answered. They name no customer, place or price."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from catalog.models import LARGEST_QUANTITY, Ingredient
from customerbackend.serializers import BoundedListField, StrictSerializer, UtcDateTimeField, field_error
from orders.counting import Count
from orders.delaying import LONGEST_MINUTES
from orders.statuses import REPORTABLE, Status, UndeliveredReason

MOST_COUNTS = 500
REPORTABLE_CHOICES = [(status.value, status.label) for status in REPORTABLE]
ONLY_UNDELIVERED = _("A reason belongs to “undelivered” only.")


class StatusReportBody(StrictSerializer):
    status = serializers.ChoiceField(choices=REPORTABLE_CHOICES)
    at = UtcDateTimeField(
        required=False, allow_null=True, help_text="When it happened; by default now. A minute in the future is now."
    )
    reason = serializers.ChoiceField(
        choices=UndeliveredReason.choices, required=False, allow_null=True, help_text="Why it was not delivered."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("reason") and attrs["status"] != Status.UNDELIVERED:
            raise serializers.ValidationError({"reason": [field_error(ONLY_UNDELIVERED, "not_applicable")]})
        return attrs


class DelayReportBody(StrictSerializer):
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES)


class CountBody(StrictSerializer):
    ingredient = serializers.CharField(max_length=64, help_text="Its key, as the menu file has it, or its id.")
    thousandths = serializers.IntegerField(
        min_value=0, max_value=LARGEST_QUANTITY, help_text="What was found, in thousandths of the ingredient's unit."
    )


class StockReportBody(StrictSerializer):
    counts = BoundedListField(
        child=CountBody(), min_length=1, max_length=MOST_COUNTS, help_text="What was counted; the rest stays."
    )


def read_counts(body: dict[str, Any]) -> list[Count]:
    """The lines of a validated body."""
    return [Count(**line) for line in body["counts"]]


class ReportedStatusSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices, help_text="As those who work on it know it.")
    status_changed_at = UtcDateTimeField(help_text="When the order came into this status.")
    allowed = serializers.ListField(
        child=serializers.ChoiceField(choices=REPORTABLE_CHOICES), help_text="What may be reported next."
    )


class ReportedEstimatesSerializer(serializers.Serializer[Any]):
    cooked_at = UtcDateTimeField()
    delivered_at = UtcDateTimeField()
    delivered_from = UtcDateTimeField()
    delivered_to = UtcDateTimeField(help_text="The promise.")


class ReportedDelaySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    estimates = ReportedEstimatesSerializer()


class ShelfSerializer(serializers.Serializer[Any]):
    ingredient_id = serializers.UUIDField()
    key = serializers.CharField()
    unit = serializers.ChoiceField(choices=Ingredient.Unit.choices)
    on_hand = serializers.IntegerField(help_text="In thousandths of the unit.")
    reserved = serializers.IntegerField(help_text="Of that, set aside for orders; more than it where it is overdrawn.")


class ReportedStockSerializer(serializers.Serializer[Any]):
    branch_id = serializers.UUIDField()
    stock = ShelfSerializer(many=True)
    overdrawn = serializers.ListField(
        child=serializers.CharField(), help_text="Keys of what is lacking for orders that were taken. Staff are told."
    )
