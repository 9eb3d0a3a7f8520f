"""Deliveries: staff see every try, and have sent again what has come to an end."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.endpoints import make_secret
from notifications.messages import blank_messages
from notifications.models import Attempt, Delivery, Device, Endpoint, Mailbox, Message
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, page_of, run_action, text_of, told
from tests.admin.test_permissions import actions_of
from tests.clients import Api
from tests.notifications.push.steps import FCM_TOKEN, register
from tests.notifications.telling import tell

MODEL = "notifications.delivery"


@pytest.fixture
def kitchen(db: None) -> Endpoint:
    return Endpoint.objects.create(
        name="Kitchen of Mitte", recipient_kind="kitchen", url="https://kitchen.example/hooks", secret=make_secret()
    )


@pytest.fixture
def given_up(kitchen: Endpoint) -> Delivery:
    """One that was tried twelve times."""
    tell(data={"number": "4711"})
    address_messages()
    Delivery.objects.update(state="dead", attempts=12, note="answered 500", finished_at=timezone.now())
    delivery = Delivery.objects.get()
    Attempt.objects.create(delivery=delivery, at=timezone.now(), took_ms=321, status_code=500, error="answered 500")
    return delivery


def again(client: Client, *deliveries: Delivery) -> list[str]:
    return told(run_action(client, MODEL, "send_again", *deliveries))


def state(delivery: Delivery) -> tuple[str, int, str]:
    return Delivery.objects.values_list("state", "attempts", "note").get(id=delivery.id)


def test_its_page_shows_the_tries_and_leads_to_the_message(sam: Client, given_up: Delivery) -> None:
    page = text_of(sam, page_of(given_up))
    assert "Kitchen of Mitte" in page and "321" in page and "answered 500" in page
    assert page_of(given_up.message) in page
    assert "Kitchen of Mitte" in text_of(sam, page_of(given_up.message))
    assert page_of(given_up) in text_of(sam, page_of(given_up.message))


def test_a_device_goes_by_its_name_or_else_by_whose_it_is(sam: Client, alice: Api, given_up: Delivery) -> None:
    device = Device.objects.get(id=register(alice, kind="fcm", token=FCM_TOKEN, name="Pocket"))
    Delivery.objects.update(target_id=device.id)
    assert "Pocket" in text_of(sam, list_of(MODEL)) and "Pocket" in text_of(sam, page_of(given_up))
    assert str(device.id) in text_of(sam, page_of(given_up))
    Device.objects.update(name="")
    listed = text_of(sam, list_of(MODEL))
    assert given_up.message.get_recipient_kind_display() in listed and str(device.id) not in listed


def test_they_are_found_by_state_way_endpoint_and_what_they_are_about(sam: Client, given_up: Delivery) -> None:
    def found(query: str) -> bool:
        return page_of(given_up) in text_of(sam, f"{list_of(MODEL)}?{query}")

    assert found("state__exact=dead") and not found("state__exact=pending")
    assert found("channel__exact=webhook") and not found("channel__exact=email")
    assert found(f"outlet={given_up.outlet}") and not found(f"outlet={new_id()}")
    assert found(f"q={given_up.message_id}") and found(f"q={given_up.message.subject_id}")
    assert not found(f"q={new_id()}") and not found("q=soup")


def test_one_that_was_given_up_is_sent_again(sam: Client, given_up: Delivery) -> None:
    assert again(sam, given_up) == ["1 delivery is sent again."]
    assert state(given_up) == ("pending", 0, "")
    assert again(sam, given_up)[-1].startswith("1 is not: it still waits")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("ended", ["delivered", "dropped"])
def test_so_is_one_that_arrived_or_was_not_needed(sam: Client, given_up: Delivery, ended: str) -> None:
    Delivery.objects.update(state=ended)
    url = reverse("admin:notifications_delivery_again", args=[given_up.id])
    assert told(sam.post(url)) == ["1 delivery is sent again."]
    assert state(given_up)[0] == "pending"


def test_so_is_one_about_security_which_has_nothing_to_say(sam: Client, alice: Api) -> None:
    tell(kind="password_changed", recipient_kind="customer", recipient_id=alice.customer.id, data={})
    Message.objects.update(data={})
    address_messages()
    Delivery.objects.update(state="dead", attempts=12, note="answered 450", finished_at=timezone.now(), address="")
    mail = Delivery.objects.get()
    assert again(sam, mail) == ["1 delivery is sent again."]
    mail.refresh_from_db()
    assert (mail.state, mail.address) == ("pending", alice.customer.email)


def test_mail_goes_to_the_address_that_the_mailbox_has_now(sam: Client, db: None) -> None:
    mailbox = Mailbox.objects.create(address="sam@example.com")
    tell(kind="low_rating", recipient_kind="staff")
    address_messages()
    Delivery.objects.update(state="delivered", address="", finished_at=timezone.now())
    Mailbox.objects.update(address="eve@example.com")
    assert again(sam, Delivery.objects.get()) == ["1 delivery is sent again."]
    assert Delivery.objects.get().address == "eve@example.com"
    Delivery.objects.update(state="delivered", address="", finished_at=timezone.now())
    mailbox.delete()
    assert again(sam, Delivery.objects.get())[-1].startswith("1 is not")


def test_what_was_erased_or_has_lost_its_target_stays(sam: Client, given_up: Delivery, kitchen: Endpoint) -> None:
    kitchen.delete()
    assert len(again(sam, given_up)) == 1
    assert state(given_up)[0] == "dead"
    kitchen.id = given_up.target_id
    kitchen.save()
    blank_messages([given_up.lane])
    again(sam, given_up)
    assert state(given_up)[0] == "dead"


def test_who_may_only_look_cannot(staff_who_may: SignIn, given_up: Delivery) -> None:
    viewer = staff_who_may("view_delivery")
    assert actions_of(viewer, MODEL) == []
    assert "/again/" not in text_of(viewer, page_of(given_up))
    assert "321" in text_of(viewer, page_of(given_up))
    again(viewer, given_up)
    assert viewer.post(reverse("admin:notifications_delivery_again", args=[given_up.id])).status_code == 403
    assert state(given_up)[0] == "dead"


def test_who_may_change_them_sends_again_and_writes_none(staff_who_may: SignIn, given_up: Delivery) -> None:
    operator = staff_who_may("change_delivery")
    assert actions_of(operator, MODEL) == ["send_again"]
    assert operator.post(page_of(given_up), {"state": "delivered"}).status_code == 403
    assert again(operator, given_up) == ["1 delivery is sent again."]


def test_a_link_does_not_send_and_one_that_is_not_there_is_not_found(sam: Client, given_up: Delivery) -> None:
    url = reverse("admin:notifications_delivery_again", args=[given_up.id])
    assert sam.get(url).status_code == 405
    assert sam.post(reverse("admin:notifications_delivery_again", args=[new_id()])).status_code == 404
