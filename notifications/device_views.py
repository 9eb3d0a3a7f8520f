"""HTTP for devices that take pushes."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend.callers import Caller, require_token
from customerbackend.serializers import PageQuery, StrictSerializer, check_no_query, read_body, read_query
from customerbackend.views import ApiView, SessionInStatement, json_response
from notifications import devices
from notifications.serializers import (
    PushDeviceBody,
    PushDevicePageSerializer,
    PushDeviceSerializer,
    WebPushKeySerializer,
)


class DevicesView(SessionInStatement):
    @extend_schema(
        operation_id="list_devices", tags=["devices"], parameters=[PageQuery], responses=PushDevicePageSerializer
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Where pushes go to, the device that was registered last first."""
        query = read_query(PageQuery, request)
        cursor = query.get("cursor")
        return json_response(devices.read_devices(caller=require_token(request), limit=query["limit"], cursor=cursor))

    @extend_schema(
        operation_id="register_device",
        tags=["devices"],
        request=PushDeviceBody,
        responses={
            201: PushDeviceSerializer,
            200: OpenApiResponse(PushDeviceSerializer, description="It was registered already."),
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Have pushes sent to a device for as long as this session lives. Of more than twenty the oldest one goes.

        A token belongs to whoever registered it last. A kind that is not set up here is kept, and not sent to.
        """
        body = read_body(PushDeviceBody, request)
        device_id, is_new, device = devices.register_device(caller=require_token(request), **body)
        return json_response(device, status=201 if is_new else 200, Location=f"/api/v1/devices/{device_id}")


class DeviceView(SessionInStatement):
    def judge_first(self, request: Request, **kwargs: Any) -> None:
        if isinstance(request.user, Caller):
            devices.find_device(caller=request.user, device_id=kwargs["device_id"])

    @extend_schema(operation_id="remove_device", tags=["devices"], request=None, responses={204: None})
    def delete(self, request: Request, device_id: UUID) -> Response:
        """Push to this device no more."""
        read_body(StrictSerializer, request)
        devices.remove_device(caller=require_token(request), device_id=device_id)
        return Response(status=204)


class WebPushKeyView(ApiView):
    """The same for everybody; a token that comes along is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="get_web_push_key", tags=["devices"], responses=WebPushKeySerializer)
    def get(self, request: Request) -> Response:
        """The key that a browser needs to subscribe; 404 where Web Push is not set up."""
        check_no_query(request)
        return Response({"public_key": devices.web_push_key()})
