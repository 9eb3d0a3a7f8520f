"""Staff make service keys, see each once, and revoke them."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import ServiceKey
from catalog.models import Branch
from orders.models import Order
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, page_of, run_action, text_of, told
from tests.factories import make_branch
from tests.fulfilment.services import Service, make_service

pytestmark = pytest.mark.django_db

KEY = re.compile(r"cbk_[A-Za-z0-9_-]{43}")


def test_a_key_is_made_and_shown_once(sam: Client, order: Order, branch: Branch) -> None:
    page = sam.post(
        reverse("admin:accounts_servicekey_add"),
        {"name": "kitchen", "scopes": ["status", "stock"], "branches": [str(branch.id)], "days": "30"},
    )
    [text] = KEY.findall(page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    key = ServiceKey.objects.get()
    assert (key.name, key.scopes, key.branch_ids) == ("kitchen", ["status", "stock"], [branch.id])
    assert (key.expires_at - key.created_at).days == 30
    assert Service(text).report({"id": str(order.id)}, "cooking").status == 200
    for url in (page_of(key), list_of("accounts.servicekey")):
        shown = text_of(sam, url)
        assert not KEY.search(shown) and key.key_hash not in shown
        assert "kitchen" in shown and branch.name in shown and "in use" in shown and "living" not in shown
    assert text not in str(LogEntry.objects.values()) + str([row.get_decoded() for row in Session.objects.all()])
    assert LogEntry.objects.filter(object_repr="kitchen", action_flag=1).count() == 1


def test_what_the_form_lacks_is_said_and_makes_no_key(sam: Client) -> None:
    make_service("taken")
    good: dict[str, Any] = {"name": "x", "scopes": ["status"]}
    faults: list[dict[str, Any]] = [
        {"name": ""}, {"scopes": []}, {"scopes": ["prices"]}, {"days": "0"}, {"name": "taken"},
    ]  # fmt: skip
    for wrong in faults:
        page = sam.post(reverse("admin:accounts_servicekey_add"), {**good, **wrong})
        assert list(page.context["form"].errors) == list(wrong)
        assert not KEY.search(page.content.decode())
    assert ServiceKey.objects.count() == 1


def test_keys_are_revoked_from_the_list(sam: Client) -> None:
    first, second = make_service("first"), make_service("second")
    run_action(sam, "accounts.servicekey", "revoke", first.key, second.key)
    again = run_action(sam, "accounts.servicekey", "revoke", first.key)
    assert told(again) == ["2 keys have been revoked.", "0 keys have been revoked."]
    assert not ServiceKey.objects.filter(revoked_at=None).exists()


def test_who_may_only_look_neither_makes_nor_revokes(staff_who_may: SignIn) -> None:
    eve, key = staff_who_may("view_servicekey"), make_service("kitchen").key
    assert eve.get(list_of("accounts.servicekey")).status_code == 200
    assert eve.get(reverse("admin:accounts_servicekey_add")).status_code == 403
    assert eve.post(reverse("admin:accounts_servicekey_add"), {"name": "x", "scopes": "status"}).status_code == 403
    run_action(eve, "accounts.servicekey", "revoke", key)
    assert ServiceKey.objects.get().revoked_at is None


def test_nothing_of_a_key_is_edited_or_deleted(sam: Client) -> None:
    key = make_service("kitchen").key
    sam.post(page_of(key), {"name": "another", "scopes": ["stock"]})
    assert sam.post(page_of(key).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert ServiceKey.objects.get().name == "kitchen"


def test_where_a_key_is_good_is_said(sam: Client) -> None:
    branch = make_branch("Wedding")
    make_service("one", branches=(branch,))
    make_service("every")
    page = text_of(sam, list_of("accounts.servicekey"))
    assert "Wedding" in page and ">all<" in re.sub(r"\s+", "", page)
