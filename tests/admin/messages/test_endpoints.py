"""Endpoints: staff say where services are and what they are told; secrets are made, shown and replaced."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import Branch
from customerbackend.ids import new_id
from notifications.endpoints import make_secret
from notifications.models import Delivery, Endpoint, Message
from tests.admin.conftest import SignIn
from tests.admin.pages import form_of, list_of, page_of, run_action, text_of, told
from tests.notifications.telling import tell

ADD = "admin:notifications_endpoint_add"


@pytest.fixture
def kitchen(db: None) -> Endpoint:
    return Endpoint.objects.create(
        name="Kitchen of Mitte", recipient_kind="kitchen", url="https://kitchen.example/hooks", secret=make_secret()
    )


def sent(**changes: object) -> dict[str, object]:
    plain = {"name": "Kitchen", "recipient_kind": "kitchen", "url": "https://kitchen.example/hooks", "is_on": "on"}
    return {**plain, **changes}


def deed(client: Client, endpoint: Endpoint, name: str, **data: object):
    return client.post(reverse(f"admin:notifications_endpoint_{name}", args=[endpoint.id]), data)


def errors_of(client: Client, **changes: object) -> dict[str, list[str]]:
    response = client.post(reverse(ADD), sent(**changes))
    assert response.status_code == 200
    assert Endpoint.objects.count() == 0
    return {name: list(errors) for name, errors in response.context["adminform"].form.errors.items()}


def test_one_is_added_with_a_secret_of_its_own(sam: Client, branch: Branch) -> None:
    response = sam.post(reverse(ADD), sent(kinds=["order_accepted", "order_cancelled"], branch_ids=[str(branch.id)]))
    assert response.status_code == 302
    endpoint = Endpoint.objects.get()
    assert (endpoint.kinds, endpoint.branch_ids) == (["order_accepted", "order_cancelled"], [branch.id])
    assert endpoint.is_on and endpoint.secret.startswith("whsec_")
    page = text_of(sam, page_of(endpoint))
    assert endpoint.secret in page and branch.name in page


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://kitchen.example/", "The address must begin with https://."),
        ("ftp://kitchen.example/", "The address must begin with https://."),
        ("kitchen.example", "The address must begin with https://."),
        ("https://", "This is not an address."),
        ("https://kitchen.example:port/", "This is not an address."),
        ("https://kitchen.example\\@evil.example/", "This is not an address."),
        ("https://[::1/", "This is not an address."),
        ("https://kitchen.example/ a", "This is not an address."),
        ("https://sam:secret@kitchen.example/", "The address must not hold a password: what is sent is signed."),
        ("https://kitchen.example/#part", "The address must not have a part after a #."),
    ],
)
def test_an_address_that_cannot_be_is_refused(sam: Client, url: str, error: str) -> None:
    assert errors_of(sam, url=url) == {"url": [error]}


def test_an_address_in_the_companys_own_network_is_taken_where_that_is_allowed(sam: Client, settings) -> None:
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True
    assert sam.post(reverse(ADD), sent(url="http://kitchen:8080/hooks")).status_code == 302
    assert Endpoint.objects.get().url == "http://kitchen:8080/hooks"


def test_kinds_must_be_for_who_is_told(sam: Client) -> None:
    foreign = errors_of(sam, kinds=["order_accepted", "low_rating"])
    assert foreign == {"kinds": ["Kitchen is not told these: low_rating."]}
    assert list(errors_of(sam, kinds=["soup"])) == ["kinds"]
    assert list(errors_of(sam, branch_ids=["x"])) == ["branch_ids"]


def test_a_change_keeps_the_secret_and_what_workers_have_noted(sam: Client, kitchen: Endpoint) -> None:
    form = form_of(sam, page_of(kitchen))
    now = timezone.now()
    Endpoint.objects.update(last_delivered_at=now, is_on=False, off_note="answered 410")
    assert sam.post(page_of(kitchen), {**form, "is_on": "on", "name": "Kitchen"}).status_code == 302
    changed = Endpoint.objects.get()
    assert (changed.name, changed.secret, changed.last_delivered_at) == ("Kitchen", kitchen.secret, now)


def test_one_that_was_switched_off_says_why_and_is_switched_on_again(sam: Client, kitchen: Endpoint) -> None:
    Endpoint.objects.update(is_on=False, off_note="answered 410")
    assert "off by itself" in text_of(sam, list_of("notifications.endpoint"))
    assert "answered 410" in text_of(sam, page_of(kitchen))
    form = form_of(sam, page_of(kitchen))
    assert sam.post(page_of(kitchen), {**form, "is_on": "on"}).status_code == 302
    kitchen.refresh_from_db()
    assert (kitchen.is_on, kitchen.off_note) == (True, "")


def test_several_are_switched_off_and_on(sam: Client, kitchen: Endpoint) -> None:
    def switch(how: str) -> str:
        return told(run_action(sam, "notifications.endpoint", f"switch_{how}", kitchen))[-1]

    assert switch("off") == "1 endpoint is switched off."
    assert not Endpoint.objects.get().is_on
    assert switch("off") == "0 endpoints are switched off."
    assert switch("on") == "1 endpoint is switched on."
    assert Endpoint.objects.get().is_on


def test_a_test_event_is_sent(sam: Client, kitchen: Endpoint) -> None:
    [text] = told(deed(sam, kitchen, "test"))
    [delivery] = Delivery.objects.all()
    assert (delivery.target_id, delivery.message.kind) == (kitchen.id, "test")
    assert f"/admin/notifications/message/{delivery.message_id}/change/" in text
    Endpoint.objects.update(is_on=False)
    assert told(deed(sam, kitchen, "test"))[-1] == "The endpoint is off. Switch it on first."
    assert Delivery.objects.count() == 1


def test_the_secret_is_replaced(sam: Client, kitchen: Endpoint) -> None:
    deed(sam, kitchen, "rotate")
    changed = Endpoint.objects.get()
    assert (changed.previous_secret, changed.secret != kitchen.secret) == (kitchen.secret, True)
    assert timedelta(hours=23, minutes=59) < changed.previous_until - timezone.now() <= timedelta(hours=24)
    page = text_of(sam, page_of(kitchen))
    assert changed.secret in page and kitchen.secret not in page and "signs too until" in page


def test_what_happened_is_sent_again(sam: Client, kitchen: Endpoint) -> None:
    tell(at=timezone.now() - timedelta(minutes=5))
    Message.objects.update(addressed_at=timezone.now())
    span = {"begin_0": "2026-01-01", "begin_1": "00:00", "end_0": "2099-01-01", "end_1": "00:00"}
    assert told(deed(sam, kitchen, "replay", **span)) == ["1 message is sent again."]
    assert Delivery.objects.get().target_id == kitchen.id
    page = deed(sam, kitchen, "replay", **{**span, "end_0": "2025-01-01"}).content.decode()
    assert "The end must be later than the beginning" in page
    assert deed(sam, kitchen, "replay", begin_0="soon").context["form"].errors.keys() == {"begin", "end"}
    assert 'name="kinds"' in text_of(sam, reverse("admin:notifications_endpoint_replay", args=[kitchen.id]))


def test_one_that_is_deleted_leaves_nothing_waiting(sam: Client, kitchen: Endpoint) -> None:
    deed(sam, kitchen, "test")
    sam.post(reverse("admin:notifications_endpoint_delete", args=[kitchen.id]), {"post": "yes"})
    assert Endpoint.objects.count() == 0
    assert Delivery.objects.get().state == "dropped"


def test_who_may_only_look_sees_no_secret_and_can_do_nothing(staff_who_may: SignIn, kitchen: Endpoint) -> None:
    viewer = staff_who_may("view_endpoint")
    page = text_of(viewer, page_of(kitchen))
    assert "Kitchen of Mitte" in page and kitchen.secret not in page and 'id="deeds"' not in page
    for name in ("test", "rotate", "replay"):
        assert deed(viewer, kitchen, name).status_code == 403
    assert viewer.get(reverse("admin:notifications_endpoint_replay", args=[kitchen.id])).status_code == 403
    assert viewer.post(page_of(kitchen), sent()).status_code == 403
    assert viewer.post(reverse(ADD), sent()).status_code == 403
    run_action(viewer, "notifications.endpoint", "switch_off", kitchen)
    unchanged = Endpoint.objects.get()
    assert (unchanged.is_on, unchanged.secret, unchanged.name) == (True, kitchen.secret, "Kitchen of Mitte")
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("name", ["test", "rotate"])
def test_nothing_is_done_by_a_link(sam: Client, kitchen: Endpoint, name: str) -> None:
    assert sam.get(reverse(f"admin:notifications_endpoint_{name}", args=[kitchen.id])).status_code == 405


def test_one_that_is_not_there_is_not_found(sam: Client, kitchen: Endpoint) -> None:
    for name in ("test", "rotate", "replay"):
        assert deed(sam, Endpoint(id=new_id()), name).status_code == 404
