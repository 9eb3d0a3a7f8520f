"""Shapes of what ordering again takes and promises."""

from typing import Any

from rest_framework import serializers

from customerbackend.serializers import MoneyField, StrictSerializer
from orders.serializers import DeliverySerializer, EstimatesSerializer, ProblemOfQuoteSerializer, TotalsSerializer


class ReorderBody(StrictSerializer):
    pass


class ReorderedItemSerializer(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    option_ids = serializers.ListField(child=serializers.UUIDField())
    note = serializers.CharField(allow_null=True)


class ReorderDeliverySerializer(DeliverySerializer):
    branch_id = serializers.UUIDField(allow_null=True, help_text="null: no branch takes it.")


class DifferenceSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(
        allow_null=True, help_text="Its place among the items of the old order; null: the whole."
    )
    product_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_null=True, help_text="As it was called then.")
    code = serializers.CharField(
        help_text="missing, unavailable, choice_needed (of a group): not among the items. option_missing, "
        "option_unavailable: without the option. not_enough_stock: as many as are left. dearer, cheaper, "
        "delivery_dearer, delivery_cheaper: from `was` to `now`. branch_changed."
    )
    option_id = serializers.UUIDField(allow_null=True)
    option_name = serializers.CharField(allow_null=True)
    group_id = serializers.UUIDField(allow_null=True)
    was = MoneyField(allow_null=True, help_text="Of one, with the options that it still has.")
    now = MoneyField(allow_null=True)
    left = serializers.IntegerField(allow_null=True, help_text="How many are among the items; 0: it is not.")


class ReorderSerializer(serializers.Serializer[Any]):
    branch_id = serializers.UUIDField(allow_null=True)
    items = ReorderedItemSerializer(many=True, help_text="To be sent as they are, with `delivery`.")
    delivery = ReorderDeliverySerializer()
    totals = TotalsSerializer(allow_null=True, help_text="null: nothing is left to order.")
    estimates = EstimatesSerializer(allow_null=True)
    differences = DifferenceSerializer(many=True, help_text="From the old order; empty: all is as it was.")
    problems = ProblemOfQuoteSerializer(many=True, help_text="What stands against placing it now, as in a quote.")
