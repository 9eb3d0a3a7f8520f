"""HTTP for the systems of kitchens, warehouses and couriers.

A request is judged in the order 401, 403, 404, 400, then 422 or 409: a key that may not do a thing at all learns
nothing of what it would do it to.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.authentication import KeyHasScope, ServiceKeyAuthentication
from accounts.models import ServiceKey
from customerbackend.callers import require_service
from customerbackend.idempotency import read_attempt
from customerbackend.serializers import check_no_query, read_body
from customerbackend.views import ApiView
from orders import fulfilment
from orders.fulfilment_serializers import (
    DelayReportBody,
    ReportedDelaySerializer,
    ReportedStatusSerializer,
    ReportedStockSerializer,
    StatusReportBody,
    StockReportBody,
    read_counts,
)
from orders.statuses import Status
from orders.views import IDEMPOTENCY_KEY, answer_response


class FulfilmentView(ApiView):
    """A view for services: a key in place of a session, and the scope that it takes."""

    authentication_classes: Sequence[Any] = (ServiceKeyAuthentication,)
    permission_classes: Sequence[Any] = (KeyHasScope,)
    scope: str


class OneOrder(FulfilmentView):
    """A view of one order: whether it is there for the key comes before what is wrong with the request."""

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        fulfilment.check_order(require_service(request), kwargs["order_id"])


class StatusView(OneOrder):
    scope = ServiceKey.Scope.STATUS

    @extend_schema(
        operation_id="report_order_status",
        tags=["fulfilment"],
        parameters=[IDEMPOTENCY_KEY],
        request=StatusReportBody,
        responses={200: ReportedStatusSerializer},
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Report that an order has come into a status. One that is in it already stays as it is."""
        check_no_query(request)
        attempt = read_attempt(request)
        body = read_body(StatusReportBody, request)
        answer = fulfilment.report_status(
            service=require_service(request),
            attempt=attempt,
            order_id=order_id,
            to=Status(body["status"]),
            reason=body.get("reason") or "",
            at=body.get("at"),
        )
        return answer_response(answer)


class DelayView(OneOrder):
    scope = ServiceKey.Scope.DELAY

    @extend_schema(
        operation_id="report_order_delay",
        tags=["fulfilment"],
        parameters=[IDEMPOTENCY_KEY],
        request=DelayReportBody,
        responses={200: ReportedDelaySerializer},
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Report that an order comes so many minutes later than was said. The customer sees it at once."""
        check_no_query(request)
        attempt = read_attempt(request)
        body = read_body(DelayReportBody, request)
        answer = fulfilment.report_delay(
            service=require_service(request), attempt=attempt, order_id=order_id, minutes=body["minutes"]
        )
        return answer_response(answer)


class StockView(FulfilmentView):
    scope = ServiceKey.Scope.STOCK

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        fulfilment.find_branch(require_service(request), kwargs["branch_id"])

    @extend_schema(
        operation_id="report_branch_stock",
        tags=["fulfilment"],
        parameters=[IDEMPOTENCY_KEY],
        request=StockReportBody,
        responses={200: ReportedStockSerializer},
    )
    def put(self, request: Request, branch_id: UUID) -> HttpResponseBase:
        """Report what was counted at a branch. The difference to the book is booked; oldest backorders are filled."""
        check_no_query(request)
        attempt = read_attempt(request)
        body = read_body(StockReportBody, request)
        answer = fulfilment.report_stock(
            service=require_service(request), attempt=attempt, branch_id=branch_id, counts=read_counts(body)
        )
        return answer_response(answer)
