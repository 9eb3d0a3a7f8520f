"""Who may only look sees no actions, and cannot act by sending what the buttons would send."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from catalog.models import Branch, Stock
from customerbackend.ids import new_id
from orders.models import Order
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, move, page_of, run_action, status_of, text_of
from tests.clients import Api


def actions_of(client: Client, model: str) -> list[str]:
    form = client.get(list_of(model)).context["action_form"]
    return [] if form is None else [name for name, _text in form.fields["action"].choices if name]


def test_who_may_view_orders_cannot_move_them(staff_who_may: SignIn, order: Order) -> None:
    viewer = staff_who_may("view_order")
    assert actions_of(viewer, "orders.order") == []
    page = text_of(viewer, page_of(order))
    assert order.number in page and "/move/" not in page
    move(viewer, "cooking", order)
    move(viewer, "cancelled", order, reason="x")
    assert viewer.post(reverse("admin:orders_order_move", args=[order.id, "cooking"])).status_code == 403
    assert viewer.get(reverse("admin:orders_order_move", args=[order.id, "cancelled"])).status_code == 403
    assert status_of(order) == "accepted"


def test_who_may_change_orders_moves_them_and_nothing_else(staff_who_may: SignIn, order: Order) -> None:
    mover = staff_who_may("change_order")
    assert "move_to_cooking" in actions_of(mover, "orders.order")
    assert "delete_selected" not in actions_of(mover, "orders.order")
    move(mover, "cooking", order)
    assert status_of(order) == "cooking"
    assert mover.get(list_of("catalog.stock")).status_code == 403
    page = text_of(mover, page_of(order))
    assert "/admin/accounts/customer/" not in page and "/admin/catalog/reservation/" not in page


def test_who_may_view_stock_cannot_book_it(staff_who_may: SignIn, branch: Branch, order: Order) -> None:
    viewer = staff_who_may("view_stock")
    row = Stock.objects.get()
    assert actions_of(viewer, "catalog.stock") == []
    assert "/book/" not in text_of(viewer, list_of("catalog.stock"))
    for kind in ("receipt", "waste", "count"):
        url = reverse("admin:catalog_stock_book", args=[kind]) + f"?branch={branch.id}"
        sent = {f"quantity-{row.ingredient_id}": "5", "operation_id": new_id(), "reason": "x"}
        assert viewer.get(url).status_code == 403
        assert viewer.post(url, sent).status_code == 403
    for action in ("receive", "discard", "count"):
        assert viewer.get(reverse(f"admin:catalog_stock_{action}")).status_code == 403
    row.refresh_from_db()
    assert row.on_hand == 100_000


def test_who_may_view_customers_and_sessions_cannot_lock_out(staff_who_may: SignIn, alice: Api) -> None:
    viewer = staff_who_may("view_customer", "view_session")
    session = Session.objects.get()
    assert actions_of(viewer, "accounts.customer") == actions_of(viewer, "accounts.session") == []
    run_action(viewer, "accounts.customer", "end_sessions", alice.customer)
    run_action(viewer, "accounts.session", "end", session)
    assert viewer.post(page_of(alice.customer), {}).status_code == 403
    assert alice.get("account").status == 200


@pytest.mark.parametrize("model", ["orders.order", "accounts.customer", "notifications.message", "catalog.product"])
def test_without_a_permission_there_is_no_page_and_no_link(staff_who_may: SignIn, model: str) -> None:
    nobody: Any = staff_who_may()
    assert nobody.get(list_of(model)).status_code == 403
    assert list_of(model) not in text_of(nobody, reverse("admin:index"))


def test_customers_tokens_open_no_page(alice: Api) -> None:
    response = alice.client.get(list_of("orders.order"), headers={"authorization": f"Bearer {alice.token}"})
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
