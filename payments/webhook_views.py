"""Where providers send their events: outside the API, without a session, believed by their signature alone."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customerbackend.errors import PayloadTooLarge
from payments.providers.base import ProviderError
from payments.providers.registry import provider_of
from payments.webhooks import receive_event


class WebhookView(APIView):
    """204 when the event is kept and processed, or somebody is at it; 400 when it is not the provider's word; 503 when
    it is kept and could not be processed yet.
    """

    authentication_classes: tuple[Any, ...] = ()
    permission_classes = (AllowAny,)
    http_method_names = ("post",)

    def post(self, request: Request, provider: str) -> Response:
        try:
            known = provider_of(provider)
        except ProviderError as fault:
            raise Http404 from fault
        try:
            body = request.body
        except RequestDataTooBig as fault:
            raise PayloadTooLarge(_("An event may hold at most one megabyte.")) from fault
        receive_event(provider=known, body=body, headers=request.headers)
        return Response(status=204)


urlpatterns = [path("webhooks/<slug:provider>", WebhookView.as_view())]
