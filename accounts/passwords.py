"""Passwords: hashed and checked a few at a time, refused when weak, changed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import telling
from accounts.locks import lock_customer
from accounts.models import Customer, PasswordReset, Session
from customerbackend.callers import Caller
from customerbackend.errors import Refusal
from customerbackend.statements import in_transaction
from customerbackend.throttling import Throttled, count_try, forgive, giving_back


class PasswordWeak(Refusal):
    status_code = 422
    default_code = "password_weak"
    title = _("The password is too weak")
    default_detail = _("Choose a password that is longer and harder to guess.")


class PasswordWrong(Refusal):
    """The password that was to confirm a change is not the customer's."""

    status_code = 422
    default_code = "password_wrong"
    title = _("The password is not right")
    default_detail = _("This is not your present password.")

    def __init__(self, pointer: str) -> None:
        fault = {"pointer": pointer, "code": self.default_code, "detail": str(self.default_detail)}
        super().__init__(errors=[fault])


class HashingRoom:
    """Lets few threads of the process hash at once and few more wait, so that the others serve everything else."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one hash. Raises Throttled for whom there is no room, or not in time."""
        with self._changed:
            self._wait()
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify()

    def _wait(self) -> None:
        if self._has_place():
            return
        if self._waiting >= settings.PASSWORD_HASHES_WAITING:
            raise Throttled(wait=1)
        self._waiting += 1
        try:
            if not self._changed.wait_for(self._has_place, settings.PASSWORD_HASH_WAIT_SECONDS):
                raise Throttled(wait=1)
        finally:
            self._waiting -= 1

    def _has_place(self) -> bool:
        return self._inside < settings.PASSWORD_HASHES_AT_ONCE


hashing_room = HashingRoom()


def hash_password(password: str) -> str:
    """The password as it is stored. Raises Throttled when too many are being hashed. Outside any transaction."""
    with hashing_room.place():
        return make_password(password)


def is_password(password: str, stored: str | None) -> bool:
    """Whether this is the stored password. Raises Throttled when too many are being hashed.

    Where there is none (nobody, in the end) one is hashed all the same, which takes as long. Outside any transaction.
    """
    with hashing_room.place():
        if stored is None:
            make_password(password)
            return False
        return check_password(password, stored)


def refuse_weak_password(password: str, *, pointer: str, **of_the_customer: str) -> None:
    """Raise PasswordWeak, saying why, for a password that is short, common, or like the customer's login or address."""
    try:
        validate_password(password, user=Customer(**of_the_customer))  # type: ignore[arg-type]
    except ValidationError as fault:
        reasons = [
            {"pointer": pointer, "code": error.code, "detail": message}
            for error, message in zip(fault.error_list, fault.messages, strict=True)
        ]
        raise PasswordWeak(errors=reasons) from fault


def refuse_weak_password_of(customer: Customer, password: str) -> None:
    """The same for a new password of somebody who is a customer already."""
    refuse_weak_password(
        password,
        pointer="/new_password",
        login=customer.login or "",
        email=customer.email or "",
        name=customer.name,
    )


def confirm_password(customer: Customer, password: str, *, pointer: str) -> None:
    """Raise PasswordWrong unless it is the customer's, Throttled after too many tries; counted before it is hashed."""
    subject = str(customer.id)
    count_try("password_by_customer", subject)
    with giving_back(("password_by_customer", subject)):
        is_right = is_password(password, customer.password)
    if not is_right:
        raise PasswordWrong(pointer)
    forgive(["password_by_customer"], [subject])


def change_password(*, caller: Caller, current_password: str, new_password: str) -> None:
    """Give the caller a new password and end their other sessions. Raises PasswordWrong, PasswordWeak, Throttled."""
    customer = Customer.objects.get(id=caller.customer_id)
    confirm_password(customer, current_password, pointer="/current_password")
    refuse_weak_password_of(customer, new_password)
    hashed = hash_password(new_password)
    store_password(caller=caller, hashed=hashed, known=customer.password)


@in_transaction
def store_password(*, caller: Caller, hashed: str, known: str | None) -> None:
    """Write the hash and end what the old password opened, but for the caller's session. Locks the customer.

    Raises PasswordWrong when the password is no longer the `known` one, TokenInvalid when the session has ended.
    """
    customer = lock_customer(caller)
    if customer.password != known:
        raise PasswordWrong("/current_password")
    write_password(customer, hashed, kept_session=caller.session_id)


def write_password(customer: Customer, hashed: str, *, kept_session: UUID | None = None) -> None:
    """The customer, whose row is locked, has a new password: nothing that the old one opened stays open."""
    customer.password = hashed
    customer.save(update_fields=["password"])
    ended = Session.objects.filter(customer=customer, ended_at=None)
    (ended.exclude(id=kept_session) if kept_session else ended).update(ended_at=timezone.now())
    PasswordReset.objects.filter(customer=customer).delete()
    telling.write_security_message("password_changed", customer)
