"""What a Web Push service refuses. There are many of them, and one that fails does not stop the others."""

import pytest

from notifications.channels import http
from notifications.models import Device
from tests.notifications.push.network import OUTSIDE
from tests.notifications.push.steps import due_again, register, states, tell_status, wait_seconds
from tests.notifications.telling import deliver
from tests.servers import wait_until

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_gone_goes(alice, push_service, browser, status):
    push_service.answer = lambda push: status
    tell_status(alice)
    deliver()
    assert states() == [("dead", "gone")]
    assert not Device.objects.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_refusal_that_may_be_our_fault_ends_the_delivery_and_leaves_the_browser(alice, push_service, browser, status):
    push_service.answer = lambda push: status
    tell_status(alice)
    deliver()
    assert states() == [("dead", f"answered {status}")]
    assert Device.objects.exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_does_not_work_at_the_moment_is_tried_again_when_it_may(alice, push_service, browser, status):
    push_service.answer = lambda push: status
    push_service.headers = {"Retry-After": "600"}
    tell_status(alice)
    deliver()
    assert states() == [("pending", f"answered {status}")]
    assert 590 <= wait_seconds() <= 600
    push_service.answer = lambda push: 201
    due_again()
    deliver()
    assert states() == [("delivered", "")]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_taken_is_taken(alice, push_service, browser, status):
    push_service.answer = lambda push: status
    tell_status(alice)
    deliver()
    assert states() == [("delivered", "")]


def test_a_service_that_fails_does_not_stop_another(alice, push_service, browser, network):
    network.names["other.push.example"] = [OUTSIDE]
    register(alice, **push_service.subscribe("/other", "other.push.example").subscription)
    push_service.answer = lambda push: 201 if push["headers"]["host"].startswith("other.") else 503
    for _ in range(10):
        tell_status(alice)
    deliver()
    assert sorted(states()) == [("delivered", "")] * 10 + [("pending", "answered 503")] * 10


def test_an_answer_that_trickles_is_cut_off(alice, push_service, browser, monkeypatch):
    monkeypatch.setattr(http, "SEND_SECONDS", 0.4)
    push_service.trickles = True
    tell_status(alice)
    deliver()
    assert states() == [("pending", "ReadTimeout")]
    wait_until(lambda: not push_service.trickles)
    due_again()
    deliver()
    assert states() == [("delivered", "")]
