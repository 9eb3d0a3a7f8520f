"""HTTP for the customer's own account: settings, email, addresses, export, erasure."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import addresses, email_change, erasure, profile
from accounts.serializers import (
    AccountBody,
    AddressBody,
    AddressChangeBody,
    AddressPageSerializer,
    AddressSerializer,
    CustomerSerializer,
    EmailBody,
    EmailCodeSentSerializer,
    ExportSerializer,
    PasswordBody,
    VerificationBody,
)
from customerbackend.callers import Caller, require_token
from customerbackend.serializers import PageQuery, StrictSerializer, check_no_query, read_body, read_query
from customerbackend.views import ApiView, SessionInStatement, json_response


class AccountView(ApiView):
    @extend_schema(operation_id="get_account", tags=["account"], responses=CustomerSerializer)
    def get(self, request: Request) -> Response:
        """Profile and settings of the signed-in customer."""
        check_no_query(request)
        return Response(profile.read_account(require_token(request).customer_id))

    @extend_schema(operation_id="change_account", tags=["account"], request=AccountBody, responses=CustomerSerializer)
    def patch(self, request: Request) -> Response:
        """Change settings; what is left out stays. A new phone number needs the password beside it."""
        return Response(profile.change_account(caller=require_token(request), **read_body(AccountBody, request)))

    @extend_schema(operation_id="erase_account", tags=["account"], request=PasswordBody, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase the account: orders keep their sums, nothing keeps the person. Not while an order is running."""
        erasure.erase_account(caller=require_token(request), **read_body(PasswordBody, request))
        return Response(status=204)


class ExportView(ApiView):
    @extend_schema(operation_id="export_account", tags=["account"], responses=ExportSerializer)
    def get(self, request: Request) -> Response:
        """Everything that is held about me, as one document."""
        check_no_query(request)
        document = erasure.export_account(caller=require_token(request))
        return Response(document, headers={"Content-Disposition": 'attachment; filename="account.json"'})


class EmailView(ApiView):
    @extend_schema(
        operation_id="request_email_change", tags=["account"], request=EmailBody,
        responses={202: EmailCodeSentSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Ask for another email address; a code goes to it."""
        body = read_body(EmailBody, request)
        return Response(email_change.start_email_change(caller=require_token(request), **body), status=202)


class EmailVerificationView(ApiView):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        email_change.find_email_change(require_token(request))

    @extend_schema(
        operation_id="verify_email_change", tags=["account"], request=VerificationBody, responses=CustomerSerializer
    )
    def post(self, request: Request) -> Response:
        """Enter the code that was mailed to the new address: it is the account's from here on. The old one is told."""
        digits = read_body(VerificationBody, request)["code"]
        return Response(email_change.verify_email_change(caller=require_token(request), digits=digits))


class AddressesView(SessionInStatement):
    @extend_schema(
        operation_id="list_addresses", tags=["account"], parameters=[PageQuery], responses=AddressPageSerializer
    )
    def get(self, request: Request) -> HttpResponseBase:
        """My addresses, newest first."""
        query = read_query(PageQuery, request)
        cursor = query.get("cursor")
        return json_response(
            addresses.read_addresses(caller=require_token(request), limit=query["limit"], cursor=cursor)
        )

    @extend_schema(
        operation_id="add_address", tags=["account"], request=AddressBody, responses={201: AddressSerializer}
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Keep an address; at most twenty."""
        body = read_body(AddressBody, request)
        address_id, address = addresses.add_address(caller=require_token(request), **body)
        return json_response(address, status=201, Location=f"/api/v1/account/addresses/{address_id}")


class AddressView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            addresses.read_address(caller=request.user, address_id=kwargs["address_id"])

    @extend_schema(operation_id="get_address", tags=["account"], responses=AddressSerializer)
    def get(self, request: Request, address_id: UUID) -> HttpResponseBase:
        """One of my addresses."""
        check_no_query(request)
        return json_response(addresses.read_address(caller=require_token(request), address_id=address_id))

    @extend_schema(
        operation_id="change_address", tags=["account"], request=AddressChangeBody, responses=AddressSerializer
    )
    def patch(self, request: Request, address_id: UUID) -> HttpResponseBase:
        """Change an address; what is left out stays. Orders keep what they were placed with."""
        body = read_body(AddressChangeBody, request)
        return json_response(addresses.change_address(caller=require_token(request), address_id=address_id, **body))

    @extend_schema(operation_id="delete_address", tags=["account"], request=None, responses={204: None})
    def delete(self, request: Request, address_id: UUID) -> Response:
        """Forget an address."""
        read_body(StrictSerializer, request)
        addresses.delete_address(caller=require_token(request), address_id=address_id)
        return Response(status=204)
