"""HTTP for ordering again."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import require_token
from customerbackend.serializers import read_body
from orders import reordering
from orders.reorder_serializers import ReorderBody, ReorderSerializer
from orders.views import OneOrder


class ReorderView(OneOrder):
    @extend_schema(operation_id="reorder", tags=["orders"], request=ReorderBody, responses=ReorderSerializer)
    def post(self, request: Request, order_id: UUID) -> Response:
        """What I ordered then, as it could be ordered now, and what differs. Nothing is stored."""
        read_body(ReorderBody, request)
        return Response(reordering.reorder(caller=require_token(request), order_id=order_id))
