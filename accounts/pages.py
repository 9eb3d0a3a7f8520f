"""A page for customers whose client has none of its own: choosing a new password."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def password_reset(request: HttpRequest) -> HttpResponse:
    """What the mailed link opens. The token stands after the #, so that no server, proxy or log ever sees it."""
    response = render(request, "accounts/password_reset.html", {"company": settings.COMPANY_NAME})
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns = [path("password-reset", password_reset, name="password-reset")]
