"""The product's URLs, and beside them some whose views fail."""

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from customerbackend import urls
from customerbackend.views import ApiView

SECRET = "alice@example.com and her door code 4711"


class Faulty(ApiView):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request: Request) -> Response:
        raise RuntimeError(SECRET)

    def post(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::integer", [SECRET])
        return Response({})


def faulty_page(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


def forbidden_page(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied(SECRET)


urlpatterns = [
    path("api/v1/faulty", Faulty.as_view()),
    path("faulty", faulty_page),
    path("forbidden", forbidden_page),
    *urls.urlpatterns,
]
handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500
