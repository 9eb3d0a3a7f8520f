"""`manage.py export_customer` and `erase_customer`: the same, by operators, for whoever cannot sign in."""

import io
import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.models import Customer
from tests.factories import make_customer
from tests.notifications.telling import deliver
from tests.orders.steps import advance, nothing_written, place

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: Any) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def names_of(customer: Customer) -> list[str]:
    """Whatever a customer may be named by."""
    assert customer.login and customer.email
    names = [str(customer.id), customer.login, customer.email]
    return [*names, *[name.upper() for name in names], customer.id.hex]


def answer_with(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What is typed when the command asks."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_export_by_id_login_or_email_in_any_case(alice, bob, soup):
    place(alice, soup, total=1200)
    document = alice.get("account/export").json
    for name in names_of(alice.customer):
        assert {**json.loads(run("export_customer", name)), "exported_at": document["exported_at"]} == document


def test_export_into_a_new_file_that_is_the_operators_alone(alice, tmp_path):
    file = tmp_path / "alice.json"
    assert run("export_customer", "alice", "--output", file) == ""
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["account"]["login"] == "alice"


@pytest.mark.parametrize(
    ("name", "reason"), [("there.json", "File exists"), ("nowhere/alice.json", "No such file or directory")]
)
def test_export_overwrites_nothing(alice, tmp_path, name, reason):
    (tmp_path / "there.json").write_text("precious")
    file: Path = tmp_path / name
    with pytest.raises(CommandError) as fault:
        run("export_customer", "alice", "--output", file)
    assert (str(fault.value), fault.value.returncode) == (f"{file} cannot be written: {reason}", 1)
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("there.json", "precious")]


@pytest.mark.parametrize("command", ["export_customer", "erase_customer"])
def test_who_is_not_there_is_not_found(alice, command):
    for name in ("carol", "carol@example.com", uuid4(), "", "ali%", "alice@", "+493023125001"):
        with nothing_written(), pytest.raises(CommandError, match=r"^There is no such customer\.$"):
            run(command, name)


def test_a_login_that_looks_like_an_id_is_found_but_not_in_place_of_the_id(alice):
    hers = uuid4().hex
    make_customer(hers, email="hex@example.com")
    make_customer(alice.customer.id.hex, email="mimic@example.com")
    assert json.loads(run("export_customer", hers))["account"]["email"] == "hex@example.com"
    assert json.loads(run("export_customer", alice.customer.id.hex))["account"]["login"] == "alice"


def test_erase_by_id_login_or_email_in_any_case(bob):
    for number in range(len(names_of(bob.customer))):
        customer = make_customer("alice")
        assert run("erase_customer", names_of(customer)[number], "--yes") == f"{customer.id} has been erased.\n"
        assert Customer.objects.get(id=customer.id).erased_at is not None
    deliver()
    assert {(message.to[0], message.subject) for message in mail.outbox} == {
        ("alice@example.com", "Your account at Demo Kitchen has been erased")
    }
    assert bob.get("account").status == 200


def test_erase_asks_before_and_takes_only_yes(alice, monkeypatch, capsys):
    for answer in ("", "\n", "no\n", "y\n", "YES\n"):  # nothing at all where nobody can be asked
        answer_with(monkeypatch, answer)
        with nothing_written(), pytest.raises(CommandError, match=r"^Nothing has been erased\.$"):
            run("erase_customer", "alice")
        assert capsys.readouterr().out == f"Erase alice ({alice.customer.id}) for good? Type yes: "
    answer_with(monkeypatch, "yes\n")
    assert run("erase_customer", "alice") == f"{alice.customer.id} has been erased.\n"
    assert alice.get("account").status == 401


def test_erase_names_the_order_that_is_running(alice, soup):
    ended = place(alice, soup, total=1200)
    advance(ended, "cancelled")
    orders = [place(alice, soup, total=1200) for _ in range(2)]
    advance(orders[0], "picking")
    advance(orders[1], "cooking")
    with nothing_written(), pytest.raises(CommandError) as fault:
        run("erase_customer", "alice", "--yes")
    numbers = f"{orders[0]['number']} (processing), {orders[1]['number']} (cooking)"
    assert str(fault.value) == f"Wait for your order, or cancel it, before you erase the account. {numbers}"
    assert mail.outbox == []


def test_who_has_been_erased_before_is_named_by_id_only(alice):
    run("erase_customer", "alice", "--yes")
    mail.outbox.clear()
    with nothing_written(), pytest.raises(CommandError, match=r"^The customer has been erased before\.$"):
        run("erase_customer", alice.customer.id, "--yes")
    with pytest.raises(CommandError, match=r"^There is no such customer\.$"):
        run("erase_customer", "alice", "--yes")
    assert mail.outbox == []
    document = json.loads(run("export_customer", alice.customer.id))
    assert [document["account"][name] for name in ("login", "email", "phone", "name")] == [None, None, None, ""]
    assert [message["kind"] for message in document["messages"]] == ["account_erased"]


def test_who_never_had_an_email_is_erased_without_a_mail(db):
    customer = make_customer("alice", email=None, password=None)
    assert run("erase_customer", "alice", "--yes") == f"{customer.id} has been erased.\n"
    deliver()
    assert mail.outbox == []


def test_letters_beyond_ascii_stay_readable(alice, soup):
    place(alice, soup, total=1200, comment="größer – 🍲")
    assert "größer – 🍲" in run("export_customer", "alice")
