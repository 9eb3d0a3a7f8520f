"""What Prometheus asks: `/metrics`, for whoever knows METRICS_TOKEN. Without one it is not there."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest


def metrics(request: HttpRequest) -> HttpResponse:
    """What every collector in `settings.METRICS` says at this moment, as text. 404 without the token."""
    given = request.META.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    registry = CollectorRegistry()
    for name in settings.METRICS:
        registry.register(import_string(name)())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
