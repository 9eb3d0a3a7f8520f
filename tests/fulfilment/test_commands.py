"""`manage.py make_service_key` and `revoke_service_key`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ServiceKey
from tests.fulfilment.services import Service

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_key_alone_goes_to_standard_output_and_works(order):
    key, said = run("make_service_key", "kitchen", "--scope", "status", "--scope", "delay")
    assert said == (
        "kitchen: delay, status at every branch, until it is revoked.\nThis is the key; it is not shown again:\n"
    )
    assert key.startswith("cbk_") and key.count("\n") == 1
    assert Service(key.strip()).report(order, "cooking").status == 200


def test_branches_are_named_by_key_and_days_count_from_now(branch, time_machine):
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    _key, said = run("make_service_key", "mitte", "--scope", "stock", "--branch", branch.key, "--days", "30")
    assert said.startswith("mitte: stock at Mitte, until 2026-04-01T11:00:00.000000Z.\n")
    made = ServiceKey.objects.get()
    assert (made.scopes, made.branch_ids) == (["stock"], [branch.id])


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["x", "--scope", "stock", "--branch", "nowhere"], "There is no branch nowhere. There are: {branch}."),
        (["x", "--scope", "stock", "--days", "0"], "A key is good for 1 to 3650 days."),
        (["x", "--scope", "stock", "--days", "3651"], "A key is good for 1 to 3650 days."),
        ([" ", "--scope", "stock"], "A name has 1 to 100 characters."),
        (["x" * 101, "--scope", "stock"], "A name has 1 to 100 characters."),
        (["x"], "--scope"),
        (["x", "--scope", "prices"], "invalid choice: 'prices'"),
        (["x", "--scope", "stock", "--days", "soon"], "invalid int value: 'soon'"),
    ],
)
def test_what_cannot_be_is_said_and_makes_no_key(branch, arguments, fault):
    with pytest.raises(CommandError) as raised:
        run("make_service_key", *arguments)
    assert fault.format(branch=branch.key) in str(raised.value)
    assert not ServiceKey.objects.exists()


def test_a_name_in_use_is_not_taken_again():
    run("make_service_key", "kitchen", "--scope", "status")
    with pytest.raises(CommandError, match="A key of this name is in use"):
        run("make_service_key", "kitchen", "--scope", "status")


def test_a_key_is_revoked_by_its_name_once(order):
    key, _said = run("make_service_key", "kitchen", "--scope", "status")
    assert run("revoke_service_key", "kitchen")[0] == "kitchen has been revoked.\n"
    assert Service(key.strip()).report(order, "cooking").code == "token_invalid"
    run("make_service_key", "another", "--scope", "status")
    with pytest.raises(CommandError, match=r"No key of the name kitchen is in use\. There are: another\."):
        run("revoke_service_key", "kitchen")
