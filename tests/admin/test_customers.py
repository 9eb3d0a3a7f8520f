"""Customers are looked at, locked out and signed out; nothing that is theirs is changed or shown that is secret."""

from django.test import Client
from django.urls import reverse

from accounts.models import Customer, Session
from tests.admin.pages import list_of, page_of, queries_of, run_action, text_of, told
from tests.clients import Api, signed_in
from tests.factories import PASSWORD, make_customer


def test_no_password_and_no_token_is_shown(sam: Client, alice: Api) -> None:
    session = Session.objects.get()
    for url in (list_of("accounts.customer"), page_of(alice.customer), list_of("accounts.session"), page_of(session)):
        page = text_of(sam, url)
        assert "alice" in page
        assert "argon2" not in page and session.refresh_hash not in page


def test_only_the_switch_can_be_changed(sam: Client, alice: Api) -> None:
    before = Customer.objects.values().get()
    sent = {name: "changed" for name in before if name != "is_active"}
    assert sam.post(page_of(alice.customer), sent).status_code == 302
    assert Customer.objects.values().get() == {**before, "is_active": False}
    assert alice.get("account").status == 401


def test_switching_on_again_lets_them_in(sam: Client, alice: Api) -> None:
    Customer.objects.update(is_active=False)
    sam.post(page_of(alice.customer), {"is_active": "on"})
    assert alice.get("account").status == 200


def test_customers_are_neither_added_nor_deleted(sam: Client, alice: Api) -> None:
    assert sam.get(reverse("admin:accounts_customer_add")).status_code == 403
    assert sam.post(page_of(alice.customer).replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert Customer.objects.count() == 1


def test_all_sessions_of_a_customer_end_and_nobody_elses(sam: Client, alice: Api, bob: Api) -> None:
    assert alice.customer is not None
    elsewhere = signed_in(alice.customer)
    response = run_action(sam, "accounts.customer", "end_sessions", alice.customer)
    assert told(response) == ["2 sessions have been ended."]
    assert [api.get("account").status for api in (alice, elsewhere, bob)] == [401, 401, 200]


def test_one_session_ends(sam: Client, alice: Api) -> None:
    assert alice.customer is not None
    elsewhere = signed_in(alice.customer)
    run_action(sam, "accounts.session", "end", Session.objects.order_by("id")[0])
    assert [api.get("account").status for api in (alice, elsewhere)] == [401, 200]


def test_a_session_is_not_edited(sam: Client, alice: Api) -> None:
    assert sam.post(page_of(Session.objects.get()), {"expires_at_0": "2099-01-01"}).status_code == 403


def test_they_are_found_by_login_email_and_phone(sam: Client, db: None) -> None:
    make_customer("alice", phone="+493023125001")
    make_customer("bob", phone="+493023125002")
    for term in ("alic", "alice@example.com", "125001"):
        found = sam.get(list_of("accounts.customer"), {"q": term}).context["cl"].result_list
        assert [customer.login for customer in found] == ["alice"], term


def test_more_customers_and_sessions_take_no_more_statements(sam: Client, alice: Api) -> None:
    lists = [list_of("accounts.customer"), list_of("accounts.session")]
    for url in lists:
        queries_of(sam, url)
    few = [queries_of(sam, url) for url in lists]
    for login in ("carl", "dora", "emil"):
        signed_in(make_customer(login))
    assert [queries_of(sam, url) for url in lists] == few
    assert max(few) <= 6


def test_sign_ups_and_codes_are_not_shown(sam: Client) -> None:
    page = text_of(sam, reverse("admin:index"))
    assert "/admin/accounts/signup/" not in page and "/admin/accounts/code/" not in page


def test_their_addresses_and_devices_are_shown(sam: Client, alice: Api) -> None:
    alice.post("account/addresses", {"name": "Home", "city": "Berlin", "line": "Torstr. 1", "postal_code": "10119"})
    alice.post("account/addresses", {"city": "Berlin", "line": "Ackerstr. 2", "is_default": True})
    alice.call("PATCH", "account", {"allergens": ["nuts", "milk"], "messengers": ["signal"]})

    page = text_of(sam, page_of(alice.customer))

    assert "Ackerstr. 2, Berlin (default)<br>Home, Torstr. 1, 10119, Berlin" in page
    assert "test · 203.0.113.0/24 · " in page
    assert "Nuts, Milk" in page and "Signal" in page


def test_an_erased_customer_cannot_be_switched_on(sam: Client, alice: Api) -> None:
    assert alice.call("DELETE", "account", {"password": PASSWORD}).status == 204
    assert sam.post(page_of(alice.customer), {"is_active": "on"}).status_code == 302
    assert not Customer.objects.get().is_active
    assert "alice" not in text_of(sam, page_of(alice.customer))


def test_staff_let_a_customer_sign_in_again(sam: Client, alice: Api) -> None:
    right = {"login": "alice", "password": PASSWORD}
    for _ in range(6):
        alice.post("auth/sign-in", {**right, "password": "wrong"})
    assert alice.post("auth/sign-in", right).status == 429

    response = run_action(sam, "accounts.customer", "forgive_sign_ins", alice.customer)

    assert told(response) == ["The counted tries have been forgotten."]
    assert alice.post("auth/sign-in", right).status == 200
