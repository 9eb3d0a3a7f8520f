"""The API's OpenAPI document, for programs and for the page that shows it."""

from functools import cache

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from customerbackend.serializers import check_no_query
from customerbackend.views import ApiView


@cache
def openapi_document(language: str) -> bytes:
    """The document as JSON, made once a process and language: making it takes as long as a hundred requests."""
    return OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True), renderer_context={})


class SchemaView(ApiView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """OpenAPI 3.1."""
        check_no_query(request)
        body = openapi_document(get_language())
        return HttpResponse(body, content_type="application/vnd.oai.openapi+json")
