"""Mailboxes: staff who are told by mail, of the kinds that are for staff."""

from django.test import Client
from django.urls import reverse

from catalog.models import Branch
from notifications.models import Mailbox
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, text_of

ADD = "admin:notifications_mailbox_add"
SENT = {"address": "eve@example.com", "language": "en", "is_on": "on"}


def test_one_is_added(sam: Client, branch: Branch) -> None:
    sent = {**SENT, "kinds": ["low_rating"], "branch_ids": [str(branch.id)]}
    assert sam.post(reverse(ADD), sent).status_code == 302
    mailbox = Mailbox.objects.get()
    assert (mailbox.address, mailbox.kinds, mailbox.branch_ids) == ("eve@example.com", ["low_rating"], [branch.id])
    assert "low_rating" in text_of(sam, list_of("notifications.mailbox"))


def test_only_what_staff_are_told_can_be_chosen(sam: Client) -> None:
    assert "order_accepted" not in text_of(sam, reverse(ADD))
    response = sam.post(reverse(ADD), {**SENT, "kinds": ["order_accepted"]})
    assert response.context["adminform"].form.errors.keys() == {"kinds"}
    assert Mailbox.objects.count() == 0


def test_who_may_only_look_adds_none(staff_who_may: SignIn) -> None:
    viewer = staff_who_may("view_mailbox")
    assert viewer.post(reverse(ADD), SENT).status_code == 403
    assert Mailbox.objects.count() == 0
