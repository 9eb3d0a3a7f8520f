"""HTTP for orders. Each read is one statement with the session check inside it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import Caller, require_token
from customerbackend.idempotency import Answer, read_attempt, replay_headers
from customerbackend.serializers import check_no_query, read_body, read_query
from customerbackend.views import (
    OptionalSessionInStatement,
    SessionInStatement,
    json_response,
    tagged_response,
    wanted_tags,
)
from orders import cancelling, history, placing, quoting
from orders.history import HistoryQuery
from orders.serializers import (
    CancellationBody,
    CancellationSerializer,
    CurrentOrdersSerializer,
    HistoryQuerySerializer,
    OrderBody,
    OrderPageSerializer,
    OrderSerializer,
    OrderStatusSerializer,
    QuoteBody,
    QuoteSerializer,
    read_delivery,
    read_lines,
    read_wish,
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 255 printable characters, new for each intention. The same again replays the first answer.",
)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag; 304 if it holds.")
NOT_MODIFIED = OpenApiResponse(description="What the client has is current.")


def answer_response(answer: Answer) -> HttpResponseBase:
    """A new or replayed answer to a request with an Idempotency-Key."""
    return json_response(answer.body, status=answer.status, **replay_headers(answer))


class OrdersView(SessionInStatement):
    @extend_schema(
        operation_id="list_orders",
        tags=["orders"],
        parameters=[HistoryQuerySerializer, IF_NONE_MATCH],
        responses={200: OrderPageSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All my orders, newest first."""
        query = HistoryQuery(**read_query(HistoryQuerySerializer, request))
        return tagged_response(
            *history.read_history(caller=require_token(request), query=query, tags=wanted_tags(request))
        )

    @extend_schema(
        operation_id="place_order",
        tags=["orders"],
        parameters=[IDEMPOTENCY_KEY],
        request=OrderBody,
        responses={201: OrderSerializer},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Place an order: priced here, reserved, estimated, and on its way to the kitchen."""
        check_no_query(request)
        attempt = read_attempt(request)
        wish = read_wish(read_body(OrderBody, request))
        return answer_response(placing.place_order(caller=require_token(request), attempt=attempt, wish=wish))


class QuoteView(OptionalSessionInStatement):
    @extend_schema(operation_id="quote_order", tags=["orders"], request=QuoteBody, responses=QuoteSerializer)
    def post(self, request: Request) -> Response:
        """What placing this would say now: prices, estimate, problems, and a quote that binds for five minutes."""
        check_no_query(request)
        body = read_body(QuoteBody, request)
        delivery = read_delivery(body["delivery"])
        if delivery.address_id is not None:
            require_token(request)
        session_id = request.user.session_id if isinstance(request.user, Caller) else None
        lines = read_lines(body["items"])
        return Response(quoting.make_quote(session_id=session_id, lines=lines, delivery=delivery))


class CurrentOrdersView(SessionInStatement):
    @extend_schema(
        operation_id="list_current_orders",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={200: CurrentOrdersSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The orders that I wait for."""
        check_no_query(request)
        return tagged_response(*history.read_current(caller=require_token(request), tags=wanted_tags(request)))


class OneOrder(SessionInStatement):
    """A view of one order: whose it is comes before what is wrong with the request."""

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            history.order_exists(caller=request.user, order_id=kwargs["order_id"])


class OrderView(OneOrder):
    @extend_schema(
        operation_id="get_order",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={200: OrderSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """One order, whole."""
        check_no_query(request)
        tags = wanted_tags(request)
        return tagged_response(*history.read_order(caller=require_token(request), order_id=order_id, tags=tags))


class OrderStatusView(OneOrder):
    @extend_schema(
        operation_id="get_order_status",
        tags=["orders"],
        parameters=[IF_NONE_MATCH],
        responses={200: OrderStatusSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """What changes while waiting, for polling."""
        check_no_query(request)
        tags = wanted_tags(request)
        return tagged_response(*history.read_status(caller=require_token(request), order_id=order_id, tags=tags))


class CancellationView(OneOrder):
    @extend_schema(operation_id="get_cancellation", tags=["orders"], responses=CancellationSerializer)
    def get(self, request: Request, order_id: UUID) -> Response:
        """Whether I can cancel, and what would be given back."""
        check_no_query(request)
        return Response(cancelling.read_cancellation(caller=require_token(request), order_id=order_id))

    @extend_schema(
        operation_id="cancel_order",
        tags=["orders"],
        parameters=[IDEMPOTENCY_KEY],
        request=CancellationBody,
        responses={200: OrderSerializer},
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Cancel."""
        check_no_query(request)
        attempt = read_attempt(request)
        body = read_body(CancellationBody, request)
        answer = cancelling.cancel_order(
            caller=require_token(request),
            attempt=attempt,
            order_id=order_id,
            reason=body.get("reason") or "",
            comment=body.get("comment") or "",
        )
        return answer_response(answer)
