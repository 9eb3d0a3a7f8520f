"""Actors and a small company for every test. Alice is the customer, Bob is always the stranger."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from catalog.models import Branch, Product
from customerbackend.throttling import leases
from tests.clients import Api, signed_in
from tests.factories import make_branch, make_customer, make_product, put_in_stock
from tests.logs import watch
from tests.tables import our_tables


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Before there are workers: make the database that each of them copies, instead of migrating its own."""
    with config.stash[blocking_manager_key].unblock():
        made = setup_databases(verbosity=0, interactive=False)
        connection.close()  # what somebody is connected to cannot be copied

    def drop() -> None:
        with config.stash[blocking_manager_key].unblock():
            teardown_databases(made, verbosity=0)

    config.add_cleanup(drop)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, request: pytest.FixtureRequest) -> None:
    """A worker's database is a copy."""
    if hasattr(request.config, "workerinput"):
        connection.settings_dict["TEST"]["TEMPLATE"] = f"test_{connection.settings_dict['NAME']}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """In a database where no statement is spread over several processes: there are too few rows to be worth it, but
    PostgreSQL, which has no statistics of them yet, supposes that there are many.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
        connection.close()


@pytest.fixture(autouse=True)
def nothing_counted_ahead() -> None:
    """What a test before counted against limits is gone with its rows."""
    leases.clear()


@pytest.fixture(scope="session", autouse=True)
def log_is_watched() -> None:
    """From before the first test on: every line that is logged is looked at."""
    watch.begin()


@pytest.fixture(autouse=True)
def nothing_personal_is_logged(log_is_watched: None) -> Iterator[None]:
    """Whatever a test does, what is logged meanwhile tells of nobody."""
    yield
    assert watch.take() == [], "logged, and personal"


@pytest.fixture
def anybody(db: None) -> Api:
    """Somebody who is not signed in."""
    return Api()


@pytest.fixture
def alice(db: None) -> Api:
    return signed_in(make_customer("alice"))


@pytest.fixture
def bob(db: None) -> Api:
    return signed_in(make_customer("bob"))


@pytest.fixture
def branch(db: None) -> Branch:
    """Open round the clock, delivers to 101xx for 2.00 EUR, does not restock."""
    return make_branch()


@pytest.fixture
def soup(branch: Branch) -> Product:
    """10.00 EUR, one piece of soup a portion, 100 in stock."""
    product = make_product("soup")
    put_in_stock(branch, soup=100)
    return product


KEPT = "catalog_catalogversion"
OF_DJANGO = ("django_session", "django_admin_log")


def empty_our_tables(self: Any) -> None:
    """What a test that commits leaves behind goes, and whoever has loaded its catalog loads the next one's anew.

    Django would empty its own tables too and fill them again with every permission, which takes longer than most tests.
    TRUNCATE makes several files anew for each table; few rows are sooner deleted, without looking at what refers to
    them. As with TRUNCATE, a transaction that the test has left open is waited for.
    """
    tables = [*OF_DJANGO, *(table for table in our_tables() if table != KEPT)]
    deletions = "; ".join(f"DELETE FROM {table}" for table in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")
        cursor.execute(f"SET LOCAL session_replication_role = 'replica'; {deletions}")
        cursor.execute(f"UPDATE {KEPT} SET version = nextval('catalog_version')")


TransactionTestCase._fixture_teardown = empty_our_tables
