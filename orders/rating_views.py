"""HTTP for rating an order."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from customerbackend.callers import require_token
from customerbackend.serializers import read_body
from customerbackend.views import json_response
from orders import ratings
from orders.rating_serializers import RatingBody, read_opinion
from orders.serializers import RatingSerializer
from orders.views import OneOrder


class RatingView(OneOrder):
    @extend_schema(operation_id="rate_order", tags=["orders"], request=RatingBody, responses=RatingSerializer)
    def put(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Rate a delivered order, or change what I said of it within seven days."""
        opinion = read_opinion(read_body(RatingBody, request))
        return json_response(ratings.rate_order(caller=require_token(request), order_id=order_id, opinion=opinion))
