"""Limits are settings: from variables of their own, refused by name when they are not of their form."""

import subprocess
import sys

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from customerbackend.limits import read_limits
from tests.development.programs import BASE_DIR, clean_environment

DEFAULTS = {"sign_in_by_account": "5/60", "sign_in_by_address": "30/60"}


def read(monkeypatch, **variables: str) -> dict[str, tuple[int, int]]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_limits(environ.Env(), **DEFAULTS)


def test_without_variables_the_defaults_stand(monkeypatch):
    assert read(monkeypatch) == {"sign_in_by_account": (5, 60), "sign_in_by_address": (30, 60)}


def test_a_variable_sets_its_limit_and_no_other(monkeypatch):
    found = read(monkeypatch, LIMIT_SIGN_IN_BY_ACCOUNT="7/3600")
    assert found == {"sign_in_by_account": (7, 3600), "sign_in_by_address": (30, 60)}


def test_the_factor_multiplies_what_is_counted_by_address_and_nothing_else(monkeypatch):
    found = read(monkeypatch, LIMIT_BY_ADDRESS_FACTOR="1000")
    assert found == {"sign_in_by_account": (5, 60), "sign_in_by_address": (30_000, 60)}
    found = read(monkeypatch, LIMIT_SIGN_IN_BY_ADDRESS="2/10")
    assert found == {"sign_in_by_account": (5, 60), "sign_in_by_address": (2000, 10)}


def test_no_limit_is_higher_than_can_be_counted(monkeypatch):
    variables = {"LIMIT_BY_ADDRESS_FACTOR": "9" * 9, "LIMIT_SIGN_IN_BY_ADDRESS": "9" * 9 + "/" + "9" * 7}
    assert read(monkeypatch, **variables)["sign_in_by_address"] == (10**9, 9_999_999)


@pytest.mark.parametrize(
    "value",
    ["", "5", "5/", "/60", "0/60", "5/0", "-5/60", "5/-60", "5/60/60", "5 / 60", " 5/60", "5/60s", "5.5/60", "05/60",
     "5/60\n", "five/60", "٥/60", "9" * 10 + "/60", "5/" + "9" * 8, "5" * 5000],
)  # fmt: skip
def test_what_is_no_limit_is_refused_by_name(monkeypatch, value):
    with pytest.raises(ImproperlyConfigured, match=r"^LIMIT_SIGN_IN_BY_ACCOUNT is not of the form times/seconds"):
        read(monkeypatch, LIMIT_SIGN_IN_BY_ACCOUNT=value)


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "many", "01", "9" * 10])
def test_what_is_no_factor_is_refused_by_name(monkeypatch, value):
    with pytest.raises(ImproperlyConfigured, match=r"^LIMIT_BY_ADDRESS_FACTOR "):
        read(monkeypatch, LIMIT_BY_ADDRESS_FACTOR=value)


def test_the_settings_read_them_when_the_product_starts(tmp_path):
    needed = {"SECRET_KEY": "x" * 50, "DATABASE_URL": "postgres://user@127.0.0.1:1/name", "ALLOWED_HOSTS": "a.example"}
    program = "from customerbackend import settings; print(sorted(settings.LIMITS.items()))"
    given = {"LIMIT_BY_ADDRESS_FACTOR": "10", "LIMIT_SIGN_UP_BY_ADDRESS": "3/9", "LIMIT_EXPORT_BY_CUSTOMER": "4/5"}
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=clean_environment(DATA_DIR=str(tmp_path), **needed, **given),
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {
        "card_setup_by_customer": (10, 3600),
        "code_by_address": (600, 3600),
        "code_by_email": (6, 3600),
        "device_by_customer": (30, 3600),
        "email_change_by_customer": (5, 3600),
        "export_by_customer": (4, 5),
        "password_by_customer": (5, 60),
        "password_reset_by_address": (300, 3600),
        "password_reset_by_email": (5, 3600),
        "payment_by_customer": (30, 600),
        "refresh_by_address": (6000, 60),
        "refresh_by_session": (60, 60),
        "report_email_by_customer": (10, 3600),
        "requests_by_address": (60_000, 60),
        "requests_by_service_key": (6000, 60),
        "requests_by_session": (1200, 60),
        "sign_in_by_account": (5, 60),
        "sign_in_by_address": (300, 60),
        "sign_up_by_address": (30, 9),
    }
    assert result.stdout == f"{sorted(expected.items())}\n"
