"""Where the customer pays, or links a card: plain pages without script, a form for each button.

Whoever knows a page's address may press its buttons: the reference in it is the capability, and nobody can guess it.
So there is no sign-in whose rights another site could borrow, and nothing for a CSRF token to protect.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customerbackend.money import format_money
from payments.models import SandboxIntent, SandboxSetup
from payments.providers.sandbox.cards import CardButton, press_card_button
from payments.providers.sandbox.changes import Button, press_button

only_pages = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@only_pages
def payment_page(request: HttpRequest, reference: str) -> HttpResponse:
    """What is to be paid, and the buttons. The address holds nothing but the reference: no amount to be altered."""
    intent = find(SandboxIntent, reference)
    if intent is None:
        return show(request, "sandbox_unknown", status=404)
    if request.method == "POST":
        if request.POST.get("button") not in Button.values:
            raise BadRequest("no such button")
        press_button(reference=intent.reference, button=Button(request.POST["button"]))
        return HttpResponseRedirect(request.path, status=303)
    return show(
        request,
        "sandbox_payment",
        intent=intent,
        amount=format_money(intent.amount, intent.currency),
        captured=format_money(intent.captured, intent.currency),
        given_back=format_money(intent.given_back, intent.currency),
    )


@csrf_exempt
@only_pages
def card_page(request: HttpRequest, reference: str) -> HttpResponse:
    """A card to be linked, and the buttons."""
    setup = find(SandboxSetup, reference)
    if setup is None:
        return show(request, "sandbox_unknown", status=404)
    if request.method == "POST":
        if request.POST.get("button") not in CardButton.values:
            raise BadRequest("no such button")
        press_card_button(setup=setup, button=CardButton(request.POST["button"]))
        return HttpResponseRedirect(request.path, status=303)
    return show(request, "sandbox_card", setup=setup)


def find(model: Any, reference: str) -> Any:
    """The row that an address names, or None. Raises Http404 where the sandbox is switched off."""
    if not settings.PAYMENTS_SANDBOX:
        raise Http404
    return model.objects.filter(reference=reference).first()


def show(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page, which nobody keeps and whose address nobody is told."""
    context["company"] = settings.COMPANY_NAME
    response = render(request, f"payments/{template}.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("sandbox/payments/<slug:reference>", payment_page, name="sandbox-payment"),
    path("sandbox/cards/<slug:reference>", card_page, name="sandbox-card"),
]
