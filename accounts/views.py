"""HTTP for signing up, in and out, sessions and passwords."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import devices, passwords, resets, sessions, signup
from accounts.serializers import (
    CodeSentSerializer,
    DevicePageSerializer,
    NewPasswordBody,
    RefreshBody,
    ResetBody,
    ResetConfirmationBody,
    SessionSerializer,
    SignedUpSerializer,
    SignInBody,
    SignUpBody,
    VerificationBody,
)
from customerbackend.callers import require_token
from customerbackend.clients import client_address
from customerbackend.serializers import PageQuery, StrictSerializer, read_body, read_query
from customerbackend.views import ApiView, SessionInStatement, json_response


class PublicView(ApiView):
    """For whoever is not signed in yet; a token that comes along is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class SignUpView(PublicView):
    @extend_schema(operation_id="sign_up", tags=["auth"], request=SignUpBody, responses={202: CodeSentSerializer})
    def post(self, request: Request) -> Response:
        """Ask for an account; a code goes to the email address."""
        body = read_body(SignUpBody, request)
        return Response(signup.start_sign_up(**body, client=client_address(request)), status=202)


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
        digits = read_body(VerificationBody, request)["code"]
        client = client_address(request)
        return Response(signup.verify_sign_up(sign_up_id=sign_up_id, digits=digits, client=client), status=201)


class CodeView(OneSignUp):
    @extend_schema(operation_id="resend_sign_up_code", tags=["auth"], request=None, responses={202: CodeSentSerializer})
    def post(self, request: Request, sign_up_id: UUID) -> Response:
        """Have a new code mailed in place of the one before; at most one a minute."""
        read_body(StrictSerializer, request)
        return Response(signup.resend_code(sign_up_id=sign_up_id, client=client_address(request)), status=202)


class SignInView(PublicView):
    @extend_schema(operation_id="sign_in", tags=["auth"], request=SignInBody, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Begin a session with login (or email) and password."""
        return Response(sessions.sign_in(**read_body(SignInBody, request), client=client_address(request)))


class RefreshView(PublicView):
    @extend_schema(operation_id="refresh", tags=["auth"], request=RefreshBody, responses=SessionSerializer)
    def post(self, request: Request) -> Response:
        """Get new tokens. The refresh token is used up; using it again after ten seconds ends the session."""
        return Response(sessions.refresh(**read_body(RefreshBody, request), client=client_address(request)))


class SignOutView(ApiView):
    @extend_schema(operation_id="sign_out", tags=["auth"], request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the session that the token belongs to, at once."""
        read_body(StrictSerializer, request)
        sessions.end_session(session_id=require_token(request).session_id)
        return Response(status=204)


class SessionsView(SessionInStatement):
    @extend_schema(operation_id="list_sessions", tags=["auth"], parameters=[PageQuery], responses=DevicePageSerializer)
    def get(self, request: Request) -> HttpResponseBase:
        """Where I am signed in, the newest sign-in first."""
        query = read_query(PageQuery, request)
        cursor = query.get("cursor")
        return json_response(devices.read_sessions(caller=require_token(request), limit=query["limit"], cursor=cursor))

    @extend_schema(operation_id="end_other_sessions", tags=["auth"], request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out everywhere but here."""
        read_body(StrictSerializer, request)
        devices.end_other_sessions(caller=require_token(request))
        return Response(status=204)


class SessionView(ApiView):
    def judge_first(self, request: Request, **kwargs: UUID) -> None:
        devices.find_session(caller=require_token(request), session_id=kwargs["session_id"])

    @extend_schema(operation_id="end_session", tags=["auth"], request=None, responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Sign out one device, at once."""
        read_body(StrictSerializer, request)
        devices.end_one_session(caller=require_token(request), session_id=session_id)
        return Response(status=204)


class PasswordView(ApiView):
    @extend_schema(operation_id="change_password", tags=["auth"], request=NewPasswordBody, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password; every other session ends."""
        passwords.change_password(caller=require_token(request), **read_body(NewPasswordBody, request))
        return Response(status=204)


class PasswordResetView(PublicView):
    @extend_schema(operation_id="request_password_reset", tags=["auth"], request=ResetBody, responses={202: None})
    def post(self, request: Request) -> Response:
        """Have a link mailed that sets a new password. The answer does not tell whether there is such an account."""
        resets.request_reset(**read_body(ResetBody, request), client=client_address(request))
        return Response(status=202)


class PasswordResetConfirmationView(PublicView):
    @extend_schema(
        operation_id="confirm_password_reset", tags=["auth"], request=ResetConfirmationBody, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """Set a new password with the mailed token, once; every session ends."""
        resets.confirm_reset(**read_body(ResetConfirmationBody, request), client=client_address(request))
        return Response(status=204)
