"""A session that is ended while one of its own requests waits: what the request would have written is not written."""

import pytest

from accounts.models import Address, Code, Session
from tests.accounts.steps import ADDRESS
from tests.clients import Api, signed_in
from tests.factories import make_customer
from tests.servers import another_connection, wait_until, waiting_for_a_lock
from tests.threads import run_together


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "account/addresses", ADDRESS),
        ("PATCH", "account", {"name": "Mallory"}),
        ("POST", "account/email", {"email": "mallory@example.com"}),
        ("DELETE", "auth/sessions", None),
    ],
)
def test_who_waits_while_the_session_is_ended_writes_nothing(method, path, body):
    """Whoever ends sessions holds the customer's lock; what waits for it was let in before."""
    alice = signed_in(make_customer("alice"))
    [session] = Session.objects.all()
    elsewhere = signed_in(alice.customer)
    with another_connection() as other:
        other.cursor().execute(
            "UPDATE accounts_customer SET name = 'Changed meanwhile';"
            f"UPDATE accounts_session SET ended_at = now() WHERE id = '{session.id}'"
        )
        answer, _ = run_together(
            lambda: Api(alice.token).call(method, path, body),
            lambda: (wait_until(waiting_for_a_lock), other.commit()),
        )

    assert (answer.status, answer.code) == (401, "token_invalid")
    assert not Address.objects.exists() and not Code.objects.exists()
    assert elsewhere.get("account").json["name"] == "Changed meanwhile"
