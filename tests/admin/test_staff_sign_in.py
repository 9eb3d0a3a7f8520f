"""Staff sign in under the same limits as customers: counted before the password is hashed."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.passwords import hashing_room
from tests.clients import Handlers

PASSWORD = "rather-Long-1"


def try_to_sign_in(password: str, username: str = "eve", address: str = "203.0.113.7") -> str:
    """What the page says; empty where it let them in."""
    sent = {"username": username, "password": password}
    client = Client()
    client.handler = Handlers.get()
    response = client.post(reverse("admin:login"), sent, REMOTE_ADDR=address)
    return "" if response.status_code == 302 else response.content.decode()


def make_staff(username: str = "eve") -> None:
    User.objects.create_user(username, password=PASSWORD, is_staff=True)


def test_after_five_wrong_passwords_not_even_the_right_one_is_looked_at(db: None) -> None:
    make_staff()
    for _ in range(5):
        assert "tried too often" not in try_to_sign_in("wrong")

    assert "This was tried too often. Try again in 1 minute." in try_to_sign_in(PASSWORD)
    assert "tried too often" in try_to_sign_in(PASSWORD, username="EVE", address="198.51.100.9")


def test_the_wait_ends(db: None, time_machine) -> None:
    make_staff()
    time_machine.move_to("2026-03-02T11:00:00Z", tick=False)
    for _ in range(6):
        try_to_sign_in("wrong")

    time_machine.move_to("2026-03-02T11:01:00Z", tick=False)

    assert try_to_sign_in(PASSWORD) == ""


def test_a_right_password_forgives_the_wrong_ones(db: None) -> None:
    make_staff()
    for _ in range(4):
        try_to_sign_in("wrong")
    assert try_to_sign_in(PASSWORD) == ""

    assert all("tried too often" not in try_to_sign_in("wrong") for _ in range(5))


def test_one_address_cannot_try_many_names(db: None) -> None:
    make_staff()
    said = [try_to_sign_in("wrong", username=f"name-{number}") for number in range(31)]

    assert ["tried too often" in text for text in said] == [False] * 30 + [True]
    assert "tried too often" in try_to_sign_in(PASSWORD)
    assert try_to_sign_in(PASSWORD, address="198.51.100.9") == ""


def test_a_customer_of_the_same_name_is_not_concerned(db: None, alice) -> None:
    for _ in range(6):
        try_to_sign_in("wrong", username="alice")

    answer = alice.post("auth/sign-in", {"login": "alice", "password": "correct-Horse-9"})

    assert answer.status == 200


def test_a_form_that_is_not_filled_in_is_no_try_and_forgives_none(db: None) -> None:
    make_staff()
    for _ in range(5):
        try_to_sign_in("wrong")
        try_to_sign_in("")
        try_to_sign_in(PASSWORD, username="")

    assert "tried too often" in try_to_sign_in("wrong")


def test_who_finds_no_room_to_hash_has_not_tried(db: None, settings) -> None:
    make_staff()
    settings.PASSWORD_HASHES_WAITING = 0
    with hashing_room.place():
        assert all("tried too often" in try_to_sign_in(PASSWORD) for _ in range(6))

    assert try_to_sign_in(PASSWORD) == ""
