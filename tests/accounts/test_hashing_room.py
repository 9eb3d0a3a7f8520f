"""Few passwords are hashed at a time: who finds no room comes again, and everything else goes on."""

import threading
import time
from contextlib import contextmanager

import pytest

from accounts.models import Customer, SignUp
from accounts.passwords import HashingRoom, hashing_room, is_password
from customerbackend.models import Throttle
from customerbackend.throttling import Throttled
from tests.accounts.codes import sign_up
from tests.clients import Answer, Api
from tests.factories import PASSWORD, make_customer, sign_in
from tests.hashes import CountedHasher, count_hashes
from tests.limits import assert_throttled, set_limits
from tests.servers import wait_until
from tests.threads import run_together


@contextmanager
def taken(room: HashingRoom = hashing_room):
    """Somebody's hash takes as long as the block."""
    with room.place():
        yield


def try_to_sign_in(password: str = PASSWORD) -> Answer:
    return Api().post("auth/sign-in", {"login": "alice", "password": password})


def test_no_more_than_the_setting_says_are_inside_at_once(settings):
    settings.PASSWORD_HASHES_AT_ONCE, settings.PASSWORD_HASHES_WAITING = 3, 100
    settings.PASSWORD_HASH_WAIT_SECONDS = 30.0
    room, inside, most = HashingRoom(), [], []

    def hash_something() -> None:
        with room.place():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

    assert run_together(*[hash_something] * 18) == [None] * 18
    assert max(most) == 3
    assert len(most) == 18


def test_so_many_wait_and_the_next_one_is_refused_at_once(settings):
    settings.PASSWORD_HASHES_AT_ONCE, settings.PASSWORD_HASHES_WAITING = 1, 2
    settings.PASSWORD_HASH_WAIT_SECONDS = 30.0
    room, entered = HashingRoom(), []

    def enter() -> None:
        with room.place():
            entered.append(threading.current_thread())

    threads = [threading.Thread(target=enter) for _ in range(2)]
    with taken(room):
        for thread in threads:
            thread.start()
        wait_until(lambda: room._waiting == 2)
        with pytest.raises(Throttled) as refused:
            enter()
        assert refused.value.wait == 1
        assert entered == []
    for thread in threads:
        thread.join()
    assert set(entered) == set(threads)
    enter()
    assert (room._inside, room._waiting) == (0, 0)


def test_who_waited_too_long_is_refused_and_waits_no_more(settings):
    settings.PASSWORD_HASH_WAIT_SECONDS = 0.02
    room = HashingRoom()
    with taken(room):
        for _ in range(5):  # more than may wait: each has gone before the next one
            with pytest.raises(Throttled) as refused, room.place():
                pytest.fail("there was no room")
            assert refused.value.wait == 1
    with room.place():
        assert (room._inside, room._waiting) == (1, 0)


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_a_fault_inside_frees_the_place(settings, fault):
    settings.PASSWORD_HASHES_WAITING = 0
    room = HashingRoom()
    for _ in range(3):
        with pytest.raises(fault), room.place():
            raise fault
    with room.place():
        pass


def test_a_hasher_that_fails_frees_the_place(settings):
    settings.PASSWORD_HASHES_WAITING = 0
    settings.PASSWORD_HASHERS = [f"{__name__}.BrokenHasher"]
    for _ in range(3):
        with pytest.raises(MemoryError):
            is_password("x", None)
    assert hashing_room._inside == 0


class BrokenHasher(CountedHasher):
    def encode(self, password: str, salt: str):
        raise MemoryError


@pytest.fixture
def _full(settings):
    """The room is full, and nobody may wait."""
    settings.PASSWORD_HASHES_WAITING = 0
    with taken():
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("_full")
def test_without_room_whatever_needs_a_hash_is_refused_and_everything_else_answers(branch, soup):
    customer = make_customer("alice")
    alice = Api(sign_in(customer)["access_token"])

    assert_throttled(try_to_sign_in(), 1)
    assert_throttled(sign_up(Api()), 1)
    assert_throttled(alice.post("auth/password", {"current_password": PASSWORD, "new_password": "quite-New-7"}), 1)
    assert_throttled(alice.call("DELETE", "account", {"password": PASSWORD}), 1)
    assert not SignUp.objects.exists()
    assert Customer.objects.get().password == customer.password

    for path in ("menu", "branches", "orders", "orders/current", "account", "auth/sessions"):
        assert alice.get(path).status == 200
    assert Api().post("auth/password-reset", {"email": "alice@example.com"}).status == 202


@pytest.mark.django_db
@pytest.mark.usefixtures("_full")
def test_who_found_no_room_has_not_tried(settings):
    """Or a busy hour would lock honest people out."""
    set_limits(settings, sign_in_by_account=(1, 60), sign_in_by_address=(1, 60), password_by_customer=(1, 60))
    set_limits(settings, sign_up_by_address=(1, 60), code_by_email=(1, 60))
    alice = Api(sign_in(make_customer("alice"))["access_token"])
    for _ in range(3):
        assert_throttled(try_to_sign_in(), 1)
        assert_throttled(sign_up(Api()), 1)
        assert_throttled(alice.call("DELETE", "account", {"password": PASSWORD}), 1)
    settings.PASSWORD_HASHES_AT_ONCE = 2
    assert Throttle.objects.filter(count=0).count() == 5
    assert (try_to_sign_in().status, sign_up(Api()).status) == (200, 202)
    assert alice.call("DELETE", "account", {"password": PASSWORD}).status == 204


@pytest.mark.django_db(transaction=True)
def test_who_waits_is_served_when_there_is_room(settings):
    settings.PASSWORD_HASH_WAIT_SECONDS = 30.0
    make_customer("alice")
    computed = count_hashes(settings)
    answers: list[Answer] = []
    with taken():
        thread = threading.Thread(target=lambda: answers.extend(run_together(try_to_sign_in)))
        thread.start()
        wait_until(lambda: hashing_room._waiting)
        assert (computed, answers) == ([], [])
    thread.join()
    assert [answer.status for answer in answers] == [200]
    assert computed == ["verify"]
