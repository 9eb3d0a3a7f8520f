"""Staff at the admin's pages: Sam may do everything, others what their permissions say."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from catalog.models import Product
from orders.models import Order
from tests.clients import Api, Handlers
from tests.factories import order_body

SignIn = Callable[..., Client]


def signed_in_as(user: User) -> Client:
    client = Client()
    client.handler = Handlers.get()
    client.force_login(user)
    return client


@pytest.fixture
def sam(db: None) -> Client:
    """A superuser."""
    return signed_in_as(User.objects.create_superuser("sam", "sam@example.com", "x"))


@pytest.fixture
def staff_who_may(db: None) -> SignIn:
    """Signs in a member of staff with these permissions ("view_order")."""

    def sign_in(*codenames: str, username: str = "eve") -> Client:
        user = User.objects.create_user(username, is_staff=True)
        # Django's own table of browser sessions has permissions of the same names as ours.
        ours = Permission.objects.exclude(content_type__app_label="sessions")
        user.user_permissions.set(ours.filter(codename__in=codenames))
        assert user.user_permissions.count() == len(codenames)
        return signed_in_as(user)

    return sign_in


@pytest.fixture
def order(alice: Api, soup: Product) -> Order:
    """One soup for Alice, accepted."""
    return place(alice, soup)


def place(api: Api, product: Product, **changes: object) -> Order:
    """An order of one product, by courier unless said otherwise."""
    fee = 0 if changes.get("delivery") else 200
    answer = api.place(order_body(product, total=product.price + fee, **changes))
    assert answer.status == 201, answer.text
    return Order.objects.get(id=answer.json["id"])
