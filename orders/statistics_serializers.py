"""Shapes of what the statistics and the export take and promise."""

from typing import Any

from rest_framework import serializers

from customerbackend.serializers import MoneyField, StrictSerializer, UtcDateTimeField
from orders.models import DeliveryMethod
from orders.statistics import MAX_BUCKETS, SHOWN_PLACES, SHOWN_PRODUCTS, USUAL_BUCKETS, Period
from orders.statuses import VisibleStatus

USUAL = ", ".join(f"{count} {period}s" for period, count in USUAL_BUCKETS.items() if period != Period.ALL)


class StatisticsQuery(StrictSerializer):
    """Which orders are counted, and in buckets of what size."""

    def get_fields(self) -> dict[str, Any]:
        # `from` is a word of Python's.
        return {
            "period": serializers.ChoiceField(
                choices=Period.choices,
                default=Period.DAY,
                help_text=f"The size of a bucket; all: one. More than {MAX_BUCKETS} buckets are refused.",
            ),
            "from": UtcDateTimeField(
                required=False,
                help_text="Orders placed from this moment on. Without it: the last ones up to that of `to`: "
                f"{USUAL}; with all every order.",
            ),
            "to": UtcDateTimeField(
                required=False,
                help_text="Orders placed before this moment. Without it: until the end of the bucket that it is now.",
            ),
        }


class BucketSerializer(serializers.Serializer[Any]):
    start = UtcDateTimeField(help_text="A midnight in the time zone; weeks begin on Monday.")
    end = UtcDateTimeField(
        help_text="Not included; the start of the next one. A day can have 23 or 25 hours. The first and the last "
        "bucket are whole ones too, but only what lies between `from` and `to` is counted: the sum over all buckets is "
        "that over the delivered orders of the history between these moments."
    )
    orders = serializers.IntegerField()
    positions = serializers.IntegerField(help_text="How many things were ordered, without those that were removed.")
    amount = MoneyField(help_text="What is owed for the orders.")


class StatisticsTotalsSerializer(serializers.Serializer[Any]):
    orders = serializers.IntegerField()
    positions = serializers.IntegerField()
    amount = MoneyField()
    average = MoneyField(allow_null=True, help_text="Of an order, rounded half up; null: there is none.")


class HourSerializer(serializers.Serializer[Any]):
    hour = serializers.IntegerField(min_value=0, max_value=23, help_text="Of placing, in the time zone.")
    orders = serializers.IntegerField()
    amount = MoneyField()


class PlaceCountSerializer(serializers.Serializer[Any]):
    method = serializers.ChoiceField(
        choices=DeliveryMethod.choices, allow_null=True, help_text="null: all other places together, the last row."
    )
    branch_id = serializers.UUIDField(allow_null=True, help_text="Of pickup.")
    name = serializers.CharField(
        allow_null=True, help_text="City and address of a delivery, the branch of a pickup; null: all other places."
    )
    orders = serializers.IntegerField()
    amount = MoneyField()


class ProductCountSerializer(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    name = serializers.CharField(help_text="As it was ordered last.")
    orders = serializers.IntegerField(help_text="How many have it.")
    quantity = serializers.IntegerField(help_text="Without what was removed.")
    amount = MoneyField(help_text="Of the lines, without what was removed; before charges and other adjustments.")


class StatisticsSerializer(serializers.Serializer[Any]):
    """Delivered orders count, by their moment of placing."""

    period = serializers.ChoiceField(choices=Period.choices)
    time_zone = serializers.CharField(help_text="The customer's, as in the account: days and hours are counted in it.")
    currency = serializers.CharField(help_text="ISO 4217; that of every amount.")
    buckets = BucketSerializer(many=True, help_text="Oldest first, the empty ones too.")
    totals = StatisticsTotalsSerializer(help_text="Over all buckets.")
    by_hour = HourSerializer(many=True, help_text="24 rows.")
    by_place = PlaceCountSerializer(
        many=True, help_text=f"The {SHOWN_PLACES} with the most orders first, and one row for the others, if any."
    )
    by_product = ProductCountSerializer(
        many=True, help_text=f"The {SHOWN_PRODUCTS} of the greatest quantity, the greatest first."
    )
    on_time_share = serializers.FloatField(
        min_value=0,
        max_value=1,
        allow_null=True,
        help_text="How many were delivered no later than their last estimate promised (`estimates.delivered_to`), of "
        "all; four decimals. null: there is none.",
    )


class ExportQuery(StrictSerializer):
    """Which part of the history is exported."""

    status = serializers.ChoiceField(choices=VisibleStatus.choices, required=False)
    placed_from = UtcDateTimeField(required=False)
    placed_to = UtcDateTimeField(required=False, help_text="Not included.")
