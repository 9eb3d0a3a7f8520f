"""Between the sign-up and its code somebody else takes the login or the address."""

import pytest

from accounts.models import Customer, Session, SignUp
from tests.accounts.codes import enter, mailed_code, sign_up
from tests.factories import make_customer
from tests.problems import assert_problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("login", ["dora", "email", "customer_email_unique"])
def test_a_login_is_told_from_an_address_whatever_it_is_called(anybody, login):
    sign_up_id = sign_up(anybody, login=login).json["id"]
    make_customer(login.upper(), email="other@example.com")
    assert_problem(enter(anybody, sign_up_id, mailed_code()), 422, "login_taken")
    assert Customer.objects.count() == 1
    assert not Session.objects.exists()


def test_an_address_is_told_to_who_has_shown_that_it_is_theirs(anybody):
    sign_up_id = sign_up(anybody, email="Login@example.com").json["id"]
    make_customer("other", email="login@EXAMPLE.com")
    assert_problem(enter(anybody, sign_up_id, mailed_code()), 422, "email_taken")
    assert Customer.objects.count() == 1
    assert not Session.objects.exists()


def test_after_the_refusal_the_sign_up_is_still_there_to_be_tried(anybody):
    sign_up_id = sign_up(anybody).json["id"]
    other = make_customer("dora", email="other@example.com")
    assert enter(anybody, sign_up_id, mailed_code()).code == "login_taken"
    other.delete()
    assert enter(anybody, sign_up_id, mailed_code()).status == 201
    assert not SignUp.objects.exists()
