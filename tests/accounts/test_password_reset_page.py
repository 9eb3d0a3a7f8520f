"""The page behind the mailed link, for clients that have none of their own."""

import re

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


def test_it_asks_for_a_password_and_sends_it_to_the_api(anybody):
    page = anybody.get("/password-reset")

    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'type="password" autocomplete="new-password"' in page.text
    [address] = re.findall(r'data-address="([^"]+)"', page.text)
    assert anybody.post(address, {"token": "x", "new_password": "rather-Long-1"}).code == "reset_token_invalid"


def test_nothing_of_it_is_kept_or_told_to_others(anybody):
    headers = anybody.get("/password-reset").headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src 'self';" in headers["Content-Security-Policy"] + ";"


def test_its_script_is_a_file_of_ours(anybody):
    page = anybody.get("/password-reset").text

    assert re.findall(r'<script src="([^"]+)"', page) == ["/static/accounts/password_reset.js"]
    assert not re.findall(r"<script[^>]*>[^<]", page) and " on" + "click" not in page
    assert finders.find("accounts/password_reset.js")
    assert not re.findall(r"https?://", page)


def test_it_speaks_the_readers_language(anybody):
    assert '<html lang="en">' in anybody.get("/password-reset").text
    assert '<html lang="ru">' in anybody.get("/password-reset", accept_language="ru").text
