"""The database driver is psycopg 2: where psycopg 3 is importable, Django silently takes it instead."""

import importlib.util

import psycopg2
import pytest
from django.db import connection


def test_psycopg_3_is_not_importable():
    assert importlib.util.find_spec("psycopg") is None


@pytest.mark.django_db
def test_connections_are_those_of_psycopg_2():
    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg2.extensions.connection)
