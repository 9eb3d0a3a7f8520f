"""HTTP for payments and linked cards."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import Caller, require_token
from customerbackend.idempotency import read_attempt
from customerbackend.serializers import PageQuery, StrictSerializer, check_no_query, read_body, read_query
from customerbackend.views import ApiView, SessionInStatement, json_response
from orders.history import order_exists
from orders.views import IDEMPOTENCY_KEY, answer_response
from payments import cards, qr, reading, starting
from payments.providers.base import ProviderError
from payments.serializers import (
    CardPageSerializer,
    CardSetupSerializer,
    PaymentBody,
    PaymentPageSerializer,
    PaymentSerializer,
)
from payments.starting import Choice


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

    @extend_schema(
        operation_id="start_payment",
        tags=["payments"],
        parameters=[IDEMPOTENCY_KEY],
        request=PaymentBody,
        responses={
            201: PaymentSerializer,
            200: OpenApiResponse(PaymentSerializer, description="The one that was open already."),
        },
    )
    def post(self, request: Request, order_id: UUID) -> HttpResponseBase:
        """Start paying an order in the app, or go on with the payment that is open; another method replaces it."""
        check_no_query(request)
        caller = require_token(request)
        order_exists(caller=caller, order_id=order_id)
        attempt = read_attempt(request)
        body = read_body(PaymentBody, request)
        choice = Choice(body.get("method"), body.get("card_id"), bool(body.get("save_card")))
        answer = starting.start_payment(caller=caller, attempt=attempt, order_id=order_id, choice=choice)
        return answer_response(answer)


class OnePayment(SessionInStatement):
    """A view of one payment: whose it is comes before what is wrong with the request."""

    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            reading.read_payment(caller=request.user, payment_id=kwargs["payment_id"])


class PaymentView(OnePayment):
    @extend_schema(operation_id="get_payment", tags=["payments"], responses=PaymentSerializer)
    def get(self, request: Request, payment_id: UUID) -> HttpResponseBase:
        """One payment."""
        check_no_query(request)
        return json_response(reading.read_payment(caller=require_token(request), payment_id=payment_id))


class CodeSvgView(OnePayment):
    @extend_schema(
        operation_id="get_payment_code_svg",
        tags=["payments"],
        responses={(200, "image/svg+xml"): OpenApiTypes.STR},
    )
    def get(self, request: Request, payment_id: UUID) -> HttpResponse:
        """The QR code to be paid, as SVG; 404 when there is none to be paid (any more)."""
        check_no_query(request)
        payload = reading.read_code(caller=require_token(request), payment_id=payment_id)
        return picture(qr.draw_svg(payload), "image/svg+xml")


class CodePngView(OnePayment):
    @extend_schema(
        operation_id="get_payment_code_png",
        tags=["payments"],
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, payment_id: UUID) -> HttpResponse:
        """The QR code to be paid, as PNG, at least 300 pixels wide."""
        check_no_query(request)
        payload = reading.read_code(caller=require_token(request), payment_id=payment_id)
        return picture(qr.draw_png(payload), "image/png")


def picture(content: bytes, content_type: str) -> HttpResponse:
    """A code that nobody keeps: it is good for one payment."""
    return HttpResponse(content, content_type=content_type, headers={"Cache-Control": "private, no-store"})


class CardsView(SessionInStatement):
    @extend_schema(operation_id="list_cards", tags=["payments"], parameters=[PageQuery], responses=CardPageSerializer)
    def get(self, request: Request) -> HttpResponseBase:
        """My linked cards, newest first."""
        query = read_query(PageQuery, request)
        page = cards.read_cards(caller=require_token(request), limit=query["limit"], cursor=query.get("cursor"))
        return json_response(page)


class CardSetupView(ApiView):
    @extend_schema(operation_id="set_up_card", tags=["payments"], request=None, responses={201: CardSetupSerializer})
    def post(self, request: Request) -> Response:
        """Begin to link a card: what the provider's form needs. It is in the list once it has been given there."""
        read_body(StrictSerializer, request)
        try:
            setup, provider = cards.set_up_card(caller=require_token(request))
        except ProviderError as fault:
            raise starting.refusal_of(fault) from fault
        document = {
            "provider": provider.name,
            "client_secret": setup.client_secret,
            "publishable_key": provider.publishable_key,
            "setup_url": setup.url,
        }
        return Response(document, status=201)


class CardView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            cards.card_exists(caller=request.user, card_id=kwargs["card_id"])

    @extend_schema(operation_id="unlink_card", tags=["payments"], request=None, responses={204: None})
    def delete(self, request: Request, card_id: UUID) -> Response:
        """Unlink a card. The provider forgets it within seconds."""
        read_body(StrictSerializer, request)
        cards.unlink_card(caller=require_token(request), card_id=card_id)
        return Response(status=204)
