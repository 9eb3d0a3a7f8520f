"""Which endpoints need no token is a decision: a new one is protected until it is named here."""

from uuid import uuid4

import pytest
from django.urls import get_resolver
from rest_framework.permissions import AllowAny

from tests.clients import Api
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db

# A token that comes along is not looked at.
WITHOUT = {
    "auth/sign-up", "auth/sign-up/<uuid:sign_up_id>/verification", "auth/sign-up/<uuid:sign_up_id>/code",
    "auth/sign-in", "auth/refresh", "schema",
}  # fmt: skip
# Readable without a token; a bad one is refused all the same.
EITHER_WAY = {"branches", "branches/serving", "menu", "categories", "products", "products/<uuid:product_id>"}


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


@pytest.mark.parametrize("route", sorted(EITHER_WAY))
def test_a_bad_token_is_refused_where_none_is_needed(alice, route, branch):
    path = route.replace("<uuid:product_id>", str(uuid4()))
    assert_problem(Api("nonsense").get(path), 401, "token_invalid")
    assert_problem(Api("nonsense").get(f"{path}?typo=1"), 401, "token_invalid")
    alice.post("auth/sign-out")
    assert_problem(alice.get(path), 401, "token_invalid")
    assert_problem(alice.get(f"{path}?typo=1"), 401, "token_invalid")
    assert Api().get(path).status in (200, 404, 422)
