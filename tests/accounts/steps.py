"""What a customer does with the account again and again."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import mail

from accounts.models import Customer
from notifications.models import Message
from tests.clients import Answer, Api
from tests.factories import PASSWORD
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together

NEW_PASSWORD = "quite-Another-7"

# Every field of a place, and a name for it.
ADDRESS = {
    "name": "Home",
    "city": "Berlin",
    "line": "Ackerstr. 1",
    "postal_code": "10115",
    "apartment": "12",
    "entrance": "B",
    "floor": "3",
    "door_code": "77#",
    "leave_at_door": True,
    "comment": "the red door",
    "latitude": 52.531,
    "longitude": 13.381,
}


def add_address(api: Api, **changes: Any) -> dict[str, Any]:
    """Keep an address that must be taken: city and line, and what is given."""
    answer = api.post("account/addresses", {"city": "Berlin", "line": "Ackerstr. 1", **changes})
    assert answer.status == 201, answer.text
    return answer.json


def patch(api: Api, body: Any, path: str = "account") -> Answer:
    return api.call("PATCH", path, body)


def refresh(session: dict[str, Any]) -> Answer:
    return Api().post("auth/refresh", {"refresh_token": session["refresh_token"]})


def sign_in_as(login: str, password: str = PASSWORD, **more: Any) -> Answer:
    return Api().post("auth/sign-in", {"login": login, "password": password, **more})


def change_password(api: Api, new: str = NEW_PASSWORD, current: str = PASSWORD) -> Answer:
    return api.post("auth/password", {"current_password": current, "new_password": new})


def ask_for_a_link(email: str = "alice@example.com") -> str:
    """The token of the link that is mailed."""
    asked = Api().post("auth/password-reset", {"email": email})
    assert (asked.status, asked.text) == (202, "")
    return mailed_token()


def mailed_token() -> str:
    """What stands after the # of the link, which the text and the HTML of the last mail have alike."""
    message = mail.outbox[-1]
    html = message.alternatives[0][0]
    [token] = re.findall(re.escape(settings.PASSWORD_RESET_URL) + r"#([\w-]+)", str(message.body))
    assert re.findall(re.escape(settings.PASSWORD_RESET_URL) + r"#([\w-]+)", str(html)) == [token]
    return token


def use_link(token: str, password: str = NEW_PASSWORD) -> Answer:
    return Api().post("auth/password-reset/confirmation", {"token": token, "new_password": password})


def told(customer: Customer) -> list[Message]:
    """What the customer was told, in its order."""
    return list(Message.objects.filter(recipient_kind="customer", recipient_id=customer.id).order_by("created_at"))


def run_as_one(*tasks: Callable[[], Any]) -> list[Any]:
    """Run the tasks at once, none of them past the customer's lock before all have come there."""
    with another_connection() as other:
        other.cursor().execute("SELECT 1 FROM accounts_customer FOR NO KEY UPDATE")

        def release() -> None:
            wait_until(lambda: len(waiting_for_a_lock()) == len(tasks))
            other.commit()

        return run_together(*tasks, release)[:-1]
