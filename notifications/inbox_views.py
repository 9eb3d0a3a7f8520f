"""HTTP for the inbox."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import require_token
from customerbackend.serializers import StrictSerializer, read_body, read_query
from customerbackend.views import SessionInStatement
from notifications import inbox
from notifications.inbox_serializers import InboxQuery, InboxSerializer, ReadAllBody


class InboxView(SessionInStatement):
    @extend_schema(
        operation_id="list_notifications", tags=["notifications"], parameters=[InboxQuery], responses=InboxSerializer
    )
    def get(self, request: Request) -> Response:
        """What I have been told, newest first, in the language asked for, else mine; and how much of it is unread."""
        query = read_query(InboxQuery, request)
        page = inbox.read_inbox(
            caller=require_token(request),
            limit=query["limit"],
            cursor=query.get("cursor"),
            only_unread=query["unread"],
            accept_language=request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        return Response(page)


class ReadView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        inbox.find_message(caller=require_token(request), message_id=kwargs["notification_id"])

    @extend_schema(operation_id="read_notification", tags=["notifications"], request=None, responses={204: None})
    def post(self, request: Request, notification_id: UUID) -> Response:
        """I have read it. Said again, nothing changes."""
        read_body(StrictSerializer, request)
        inbox.mark_read(caller=require_token(request), message_id=notification_id)
        return Response(status=204)


class ReadAllView(SessionInStatement):
    @extend_schema(
        operation_id="read_all_notifications", tags=["notifications"], request=ReadAllBody, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """I have read all of them, or one and all that came before it."""
        inbox.mark_all_read(caller=require_token(request), **read_body(ReadAllBody, request))
        return Response(status=204)
