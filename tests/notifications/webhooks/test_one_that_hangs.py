"""An endpoint that hangs keeps nobody else waiting, and is given no more than a window of messages to hang on."""

import pytest

from notifications.models import Delivery
from notifications.outlets import WINDOW
from notifications.worker import Worker
from tests.notifications.conftest import make_endpoint
from tests.notifications.receiver import Receiver, receiving
from tests.notifications.telling import tell

MESSAGES = WINDOW + 6


@pytest.mark.django_db
def test_an_endpoint_that_hangs_keeps_nobody_else_waiting(kitchen: Receiver) -> None:
    in_hand = []
    with receiving() as hanging:
        good, bad = make_endpoint(kitchen), make_endpoint(hanging)
        hanging.hangs.set()
        told = [tell() for _ in range(MESSAGES)]
        worker = Worker()

        def answer(event: object) -> int:
            if len(kitchen.ids) == MESSAGES:  # all of them came while the other hung
                in_hand.append(worker._outlets[str(bad.id)].in_hand)
                hanging.hangs.clear()
                hanging.may_go_on.set()
            return 204

        kitchen.answer = answer
        worker.run_once()
        assert sorted(kitchen.ids) == sorted(told)
        assert sorted(hanging.ids) == sorted(told)
    assert in_hand == [WINDOW]
    for endpoint in (good, bad):
        states = Delivery.objects.filter(target_id=endpoint.id).values_list("state", "attempts").distinct()
        assert list(states) == [("delivered", 1)]
