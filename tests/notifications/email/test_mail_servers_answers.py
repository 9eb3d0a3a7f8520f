"""What a mail server answers decides whether a mail is tried again, and whether others wait."""

import pytest
from django.utils import timezone

from notifications.addressing import address_messages
from notifications.channels import email
from notifications.channels.base import NotDelivered
from notifications.claiming import claim_deliveries
from notifications.models import Attempt, Delivery
from tests.development.programs import free_port
from tests.logs import logged
from tests.notifications.email.smtp import serving
from tests.notifications.telling import deliver, tell

REFUSED = "550 5.1.1 No such user alice@example.com here"


@pytest.fixture
def parcel(alice):
    """A mail to Alice, ready to be sent."""
    tell(kind="password_changed", recipient_kind="customer", recipient_id=alice.customer.id)
    address_messages()
    [(_channel, parcel)] = claim_deliveries({"email": 1}).parcels
    return parcel


def failure(parcel):
    """What sending it comes to: the code, and final, unwell or neither."""
    with pytest.raises(NotDelivered) as fault:
        email.send(parcel)
    failed = fault.value
    assert not (failed.is_final and failed.is_outlet_unwell)
    assert "alice" not in str(failed)
    return failed.status_code, "final" if failed.is_final else "unwell" if failed.is_outlet_unwell else "again"


@pytest.mark.parametrize(
    ("place", "answer", "meaning"),
    [
        ("to_recipient", REFUSED, (550, "final")),
        ("to_recipient", "553 5.1.3 Bad address", (553, "final")),
        ("to_recipient", "450 4.2.1 Greylisted", (450, "again")),
        ("to_recipient", "421 4.3.2 Shutting down", (421, "unwell")),
        ("to_content", "554 5.7.1 Looks like spam", (554, "final")),
        ("to_content", "452 4.2.2 Full", (452, "again")),
        ("to_sender", "550 5.7.1 Not from you", (550, "unwell")),
        ("to_sender", "451 4.3.0 Later", (451, "unwell")),
    ],
)
def test_a_refusal_is_about_this_mail_or_about_all(mail_server, parcel, place, answer, meaning):
    setattr(mail_server, place, answer)
    assert failure(parcel) == meaning
    assert mail_server.came == []


def test_a_server_that_is_not_there_concerns_all_mail(mail_server, parcel, settings):
    settings.EMAIL_PORT = free_port()
    assert failure(parcel) == (None, "unwell")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_does_not_let_us_in_concerns_all_mail(parcel, mail_goes_there, settings):
    with serving(authentication=True) as server:
        mail_goes_there(server)
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
        assert failure(parcel) == (535, "unwell")


@pytest.mark.parametrize("seconds", [0.3, 0.9], ids=["one answer", "all answers"])
def test_a_server_that_takes_too_long_concerns_all_mail(mail_server, parcel, monkeypatch, seconds):
    """Half of the time for one answer, the whole for all three."""
    monkeypatch.setattr(email, "SEND_SECONDS", seconds)
    mail_server.pause = 0.4
    assert failure(parcel) == (None, "unwell")


def test_what_is_refused_for_good_is_given_up_and_its_address_forgotten(mail_server, alice):
    mail_server.to_recipient = REFUSED
    tell(kind="password_changed", recipient_kind="customer", recipient_id=alice.customer.id)
    with logged() as log:
        deliver()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.address) == ("dead", 1, "")
    assert delivery.note == "SMTPRecipientsRefused: 550"
    assert list(Attempt.objects.values_list("status_code", "error")) == [(550, "SMTPRecipientsRefused: 550")]
    assert "alice@" not in log.text


def test_what_is_refused_for_now_is_tried_again(mail_server, alice):
    mail_server.to_recipient = "450 4.2.1 Greylisted"
    tell(kind="password_changed", recipient_kind="customer", recipient_id=alice.customer.id)
    deliver()
    assert list(Delivery.objects.values_list("state", "address")) == [("pending", "alice@example.com")]
    mail_server.to_recipient = None
    Delivery.objects.update(due_at=timezone.now())
    deliver()
    assert list(Delivery.objects.values_list("state", "address")) == [("delivered", "")]
    assert mail_server.recipients == ["alice@example.com"]
