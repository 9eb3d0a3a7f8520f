"""Shapes of what rating an order takes. What it gives is `RatingSerializer`, as the order shows it."""

from typing import Any

from rest_framework import serializers

from customerbackend.serializers import BoundedListField, StrictSerializer
from orders.models import Rating
from orders.ratings import Opinion

STARS: dict[str, Any] = {"min_value": 1, "max_value": 5}


class RatingBody(StrictSerializer):
    food = serializers.IntegerField(**STARS)
    delivery = serializers.IntegerField(required=False, allow_null=True, **STARS, help_text="Not for a pickup.")
    tags = BoundedListField(
        child=serializers.ChoiceField(choices=Rating.Tag.choices), required=False, max_length=len(Rating.Tag)
    )
    comment = serializers.CharField(required=False, max_length=1000, allow_blank=True, allow_null=True)


def read_opinion(body: dict[str, Any]) -> Opinion:
    """The validated body as rating takes it: each tag once, in their order."""
    chosen = set(body.get("tags", ()))
    return Opinion(
        food=body["food"],
        delivery=body.get("delivery"),
        tags=[tag for tag in Rating.Tag.values if tag in chosen],
        comment=body.get("comment") or "",
    )
