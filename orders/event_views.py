"""HTTP for following one's orders."""

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from customerbackend.callers import require_token
from customerbackend.serializers import read_query
from customerbackend.views import SessionInStatement, tagged_response, wanted_tags
from orders import events
from orders.event_serializers import EventPageSerializer, EventsQuery
from orders.views import IF_NONE_MATCH, NOT_MODIFIED


class EventsView(SessionInStatement):
    @extend_schema(
        operation_id="list_order_events",
        tags=["orders"],
        parameters=[EventsQuery, IF_NONE_MATCH],
        responses={200: EventPageSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What happened to my orders, oldest first. Go on with `after`; nothing is ever passed over."""
        query = read_query(EventsQuery, request)
        return tagged_response(
            *events.read_events(
                caller=require_token(request),
                after=query.get("after"),
                limit=query["limit"],
                tags=wanted_tags(request),
            )
        )
