"""HTTP for payments."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from customerbackend.callers import Caller, require_token
from customerbackend.serializers import PageQuery, check_no_query, read_query
from customerbackend.views import SessionInStatement, json_response
from orders.history import order_exists
from payments import reading
from payments.serializers import PaymentPageSerializer, PaymentSerializer


class OrderPaymentsView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            order_exists(caller=request.user, order_id=kwargs["order_id"])

    @extend_schema(
        operation_id="list_payments", tags=["payments"], parameters=[PageQuery], responses=PaymentPageSerializer
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """The payments of an order, newest first."""
        query = read_query(PageQuery, request)
        page = reading.read_payments(
            caller=require_token(request), order_id=order_id, limit=query["limit"], cursor=query.get("cursor")
        )
        return json_response(page)


class PaymentView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            reading.read_payment(caller=request.user, payment_id=kwargs["payment_id"])

    @extend_schema(operation_id="get_payment", tags=["payments"], responses=PaymentSerializer)
    def get(self, request: Request, payment_id: UUID) -> HttpResponseBase:
        """One payment."""
        check_no_query(request)
        return json_response(reading.read_payment(caller=require_token(request), payment_id=payment_id))
