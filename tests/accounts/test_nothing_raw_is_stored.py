"""Whoever reads the whole database can neither sign in nor enter a code."""

import re

import pytest
from django.db import connection

from tests.accounts.codes import BODY, enter, mailed_code, sign_up

pytestmark = pytest.mark.django_db


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        texts = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts)


def test_a_code_on_its_way_and_the_password_are_hashes(anybody):
    sign_up(anybody)
    stored = everything_stored()
    assert BODY["email"] in stored
    assert BODY["password"] not in stored
    assert not re.search(rf"(?<!\d){mailed_code()}(?!\d)", stored)


def test_tokens_are_hashes(anybody):
    session = enter(anybody, sign_up(anybody).json["id"], mailed_code()).json["session"]
    second = anybody.post("auth/refresh", {"refresh_token": session["refresh_token"]}).json
    third = anybody.post("auth/sign-in", {"login": BODY["login"], "password": BODY["password"]}).json
    stored = everything_stored()
    assert session["id"] in stored
    for given in (session, second, third):
        _head, secret, seal = given["refresh_token"].split(".")
        for raw in (given["access_token"], given["access_token"].split(".")[2], given["refresh_token"], secret, seal):
            assert raw not in stored
