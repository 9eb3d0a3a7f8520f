"""Branches are kept whole by their pages, and their state of the minute is set by their own clock."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Branch, BranchState, Product, StopListEntry
from tests.admin.pages import form_of, list_of, page_of, text_of
from tests.factories import make_tax_class


def save(client: Client, row: Any, **changes: Any) -> Any:
    return client.post(page_of(row), {**form_of(client, page_of(row)), **changes})


def test_a_pause_ends_by_the_branchs_clock(sam: Client, branch: Branch) -> None:
    state = branch.state
    assert "Europe/Berlin" in text_of(sam, page_of(state))
    sent = {"is_paused": "on", "paused_until_0": "2026-07-01", "paused_until_1": "18:00"}
    assert save(sam, state, **sent).status_code == 302
    state.refresh_from_db()
    assert state.is_paused
    assert state.paused_until == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert "1 Jul" in text_of(sam, list_of("catalog.branchstate"))


def test_saving_a_state_again_does_not_move_its_end(sam: Client, branch: Branch) -> None:
    until = datetime(2026, 7, 1, 16, tzinfo=UTC)
    BranchState.objects.update(busy_minutes=20, busy_until=until)
    sent = form_of(sam, page_of(branch.state))
    assert str(sent["busy_until_1"]) == "18:00:00"
    assert sam.post(page_of(branch.state), sent).status_code == 302
    assert BranchState.objects.values_list("busy_minutes", "busy_until").get() == (20, until)


def test_the_lists_say_what_holds_now(sam: Client, branch: Branch) -> None:
    assert "as usual" in text_of(sam, list_of("catalog.branchstate"))
    BranchState.objects.update(busy_minutes=20)
    assert "busy +20 min" in text_of(sam, list_of("catalog.branch"))
    BranchState.objects.update(is_paused=True)
    assert "paused" in text_of(sam, list_of("catalog.branch"))
    BranchState.objects.update(paused_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert "busy +20 min" in text_of(sam, list_of("catalog.branch"))


def test_a_new_branch_has_a_state(sam: Client) -> None:
    formsets = ("hours", "exceptions", "zones", "own_products")
    sent = {f"{prefix}-{name}": "0" for prefix in formsets for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    sent |= {
        "name": "Mitte", "key": "mitte", "line": "A 1", "postal_code": "10115", "city": "Berlin", "country": "DE",
        "latitude": "52.5", "longitude": "13.4", "time_zone": "Europe/Berlin", "day_starts_at": "05:00",
        "cooking_places": "2", "courier_wait_seconds": "300", "slot_minutes": "15", "position": "0",
        "is_active": "on", "delivery_tax_class": str(make_tax_class().id), "seller_name": "K", "seller_tax_id": "1",
        "seller_address": "A 1",
    }  # fmt: skip
    response = sam.post(reverse("admin:catalog_branch_add"), sent)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Branch.objects.get().state.is_paused is False


@pytest.mark.parametrize(
    "changes",
    [
        {"zones-0-max_distance_m": "500"},
        {"zones-0-postal_prefixes": ""},
        {"time_zone": "Europe/Nowhere"},
        {"cooking_places": "0"},
    ],
)
def test_what_cannot_be_is_refused_in_the_form(sam: Client, branch: Branch, changes: dict[str, str]) -> None:
    assert save(sam, branch, **changes).status_code == 200


def test_an_exception_has_both_hours_or_none(sam: Client, branch: Branch) -> None:
    day = {"exceptions-TOTAL_FORMS": "1", "exceptions-0-date": "2026-12-24", "exceptions-0-branch": branch.id}
    assert save(sam, branch, **day, **{"exceptions-0-opens": "10:00"}).status_code == 200
    assert save(sam, branch, **day).status_code == 302
    assert branch.exceptions.get().opens is None


def test_a_stop_is_of_a_product_or_an_option_and_ends_by_the_branchs_clock(
    sam: Client, branch: Branch, soup: Product
) -> None:
    url = reverse("admin:catalog_stoplistentry_add")
    sent = {"branch": branch.id, "until_0": "2026-01-05", "until_1": "09:30"}
    assert sam.post(url, sent).status_code == 200
    assert StopListEntry.objects.count() == 0
    assert sam.post(url, {**sent, "product": soup.id}).status_code == 302
    assert StopListEntry.objects.get().until == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


def test_what_is_sold_or_stocked_is_not_deleted(sam: Client, order: object, soup: Product, branch: Branch) -> None:
    for row in (soup, branch, soup.category, soup.tax_class, soup.recipe.get().ingredient):
        url = page_of(row).replace("change", "delete")
        assert sam.post(url, {"post": "yes"}).status_code == 403
    assert Product.objects.count() == 1


def test_what_nobody_uses_is_deleted(sam: Client) -> None:
    unused = make_tax_class("old")
    assert sam.post(page_of(unused).replace("change", "delete"), {"post": "yes"}).status_code == 302
