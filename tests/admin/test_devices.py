"""Devices that pushes go to: looked at and removed, their tokens not shown."""

import pytest
from django.test import Client

from notifications.models import Device
from tests.admin.conftest import SignIn
from tests.admin.pages import page_of, text_of
from tests.clients import Api
from tests.notifications.push.steps import FCM_TOKEN, register

pytestmark = pytest.mark.django_db
DEVICES = "/admin/notifications/device/"


@pytest.fixture
def device(alice: Api) -> Device:
    return Device.objects.get(id=register(alice, kind="fcm", token=FCM_TOKEN, name="Pocket"))


def test_the_list_says_whose_it_is_and_whether_they_are_signed_in(sam: Client, alice: Api, device: Device) -> None:
    page = text_of(sam, DEVICES)
    assert "Pocket" in page and str(alice.customer.id) in page and str(device.session_id) in page
    assert [row.is_alive for row in sam.get(DEVICES).context["cl"].result_list] == [True]
    alice.post("auth/sign-out")
    assert [row.is_alive for row in sam.get(DEVICES).context["cl"].result_list] == [False]


def test_tokens_are_shown_nowhere(sam: Client, device: Device) -> None:
    for url in (DEVICES, page_of(device)):
        assert FCM_TOKEN not in text_of(sam, url)


def test_it_is_found_by_customer_or_session(sam: Client, alice: Api, bob: Api, device: Device) -> None:
    register(bob, kind="fcm", token="of-bob", name="Bobs")
    for sought in (alice.customer.id, device.session_id):
        page = text_of(sam, f"{DEVICES}?q={sought}")
        assert "Pocket" in page and "Bobs" not in page
    assert "Pocket" not in text_of(sam, f"{DEVICES}?q=nonsense")


def test_who_may_delete_removes_one_and_nobody_changes_or_adds_one(
    sam: Client, staff_who_may: SignIn, device: Device
) -> None:
    viewer = staff_who_may("view_device")
    assert viewer.post(f"{page_of(device).removesuffix('change/')}delete/", {"post": "yes"}).status_code == 403
    assert sam.get(f"{DEVICES}add/").status_code == 403
    assert sam.post(page_of(device), {"name": "other"}).status_code == 403
    assert sam.post(f"{page_of(device).removesuffix('change/')}delete/", {"post": "yes"}).status_code == 302
    assert not Device.objects.exists()
