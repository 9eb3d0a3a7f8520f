"""Which endpoints need no token is a decision: a new one is protected until it is named here."""

from django.urls import get_resolver
from rest_framework.permissions import AllowAny

# A token that comes along is not looked at.
WITHOUT = {
    "auth/sign-up", "auth/sign-up/<uuid:sign_up_id>/verification", "auth/sign-up/<uuid:sign_up_id>/code",
    "auth/sign-in", "auth/refresh", "auth/password-reset", "auth/password-reset/confirmation", "devices/web-push-key",
    "schema",
}  # fmt: skip
# Answered without a token; a bad one is refused all the same.
EITHER_WAY = {
    "branches", "branches/serving", "menu", "categories", "products", "products/<uuid:product_id>", "orders/quote",
}  # fmt: skip


def open_views() -> dict[str, bool]:
    """Paths under /api/v1 that anybody may call, and whether a token that comes along is looked at."""
    found = {}
    for resolver in get_resolver().url_patterns:
        for pattern in getattr(resolver, "url_patterns", [resolver]):
            route = str(resolver.pattern) + (str(pattern.pattern) if pattern is not resolver else "")
            view = getattr(getattr(pattern, "callback", None), "cls", None)
            if route.startswith("api/v1/") and view is not None and AllowAny in view.permission_classes:
                found[route.removeprefix("api/v1/")] = bool(view.authentication_classes)
    return found


def test_no_others_are_open():
    assert open_views() == dict.fromkeys(WITHOUT, False) | dict.fromkeys(EITHER_WAY, True)
