"""HTTP for accounts."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import profile, sessions, signup
from accounts.serializers import (
    CodeSentSerializer,
    CustomerSerializer,
    RefreshBody,
    SessionSerializer,
    SignedUpSerializer,
    SignInBody,
    SignUpBody,
    VerificationBody,
)
from customerbackend.callers import require_token
from customerbackend.serializers import StrictSerializer, check_no_query, read_body
from customerbackend.views import ApiView


class PublicView(ApiView):
    """For whoever is not signed in yet; a token that comes along is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class SignUpView(PublicView):
    @extend_schema(operation_id="sign_up", tags=["auth"], request=SignUpBody, responses={202: CodeSentSerializer})
    def post(self, request: Request) -> Response:
        """Ask for an account; a code goes to the email address."""
        return Response(signup.start_sign_up(**read_body(SignUpBody, request)), status=202)


class OneSignUp(PublicView):
    """A view of one sign-up: whether it is there comes before what is wrong with the request."""

    def judge_first(self, request: Request, **kwargs: UUID) -> None:
        signup.find_sign_up(kwargs["sign_up_id"])


class VerificationView(OneSignUp):
    @extend_schema(
        operation_id="verify_sign_up", tags=["auth"], request=VerificationBody, responses={201: SignedUpSerializer}
    )
    def post(self, request: Request, sign_up_id: UUID) -> Response:
        """Enter the code that was mailed; the account exists from here on."""
        body = read_body(VerificationBody, request)
        return Response(signup.verify_sign_up(sign_up_id=sign_up_id, digits=body["code"]), status=201)


class CodeView(OneSignUp):
    @extend_schema(operation_id="resend_sign_up_code", tags=["auth"], request=None, responses={202: CodeSentSerializer})
    def post(self, request: Request, sign_up_id: UUID) -> Response:
        """Have a new code mailed in place of the one before; at most one a minute."""
        read_body(StrictSerializer, request)
        return Response(signup.resend_code(sign_up_id=sign_up_id), status=202)


class SignInView(PublicView):
    @extend_schema(operation_id="sign_in", tags=["auth"], request=SignInBody, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Begin a session with login (or email) and password."""
        return Response(sessions.sign_in(**read_body(SignInBody, request)))


class RefreshView(PublicView):
    @extend_schema(operation_id="refresh", tags=["auth"], request=RefreshBody, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Get new tokens. The refresh token is used up; using it again after ten seconds ends the session."""
        return Response(sessions.refresh(**read_body(RefreshBody, request)))


class SignOutView(ApiView):
    @extend_schema(operation_id="sign_out", tags=["auth"], request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session that the token belongs to, at once."""
        read_body(StrictSerializer, request)
        sessions.end_session(session_id=require_token(request).session_id)
        return Response(status=204)


class AccountView(ApiView):
    @extend_schema(operation_id="get_account", tags=["account"], responses=CustomerSerializer)
    def get(self, request: Request) -> Response:
        """Profile and settings of the signed-in customer."""
        check_no_query(request)
        return Response(profile.read_account(require_token(request).customer_id))
