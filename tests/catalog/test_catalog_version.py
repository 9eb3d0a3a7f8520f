"""The catalog's version: raised by every change to what can be bought, and by nothing else."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from catalog.loading import current_catalog, read_version
from catalog.models import BranchState, CatalogVersion, Ingredient, Product, StopListEntry
from tests.factories import make_branch, make_options, make_product, order_body, put_in_stock

OF_THE_MINUTE = {
    "branchstate", "stoplistentry", "stock", "stockmovement", "reservation", "productrating", "branchrating",
}  # fmt: skip
TABLES = sorted(
    model._meta.db_table
    for model in apps.get_app_config("catalog").get_models()
    if model._meta.model_name not in {*OF_THE_MINUTE, "catalogversion"}
)


def version() -> int:
    return CatalogVersion.objects.get().version


@pytest.fixture
def company(branch):
    """A row in every table of the catalog."""
    make_product("pizza", groups=(make_options("size", {"small": 0}, min=1, recipes={"small": {"box": 1}}),))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO catalog_branchproduct (id, branch_id, product_id, is_sold)
            SELECT gen_random_uuid(), branch.id, product.id, true FROM catalog_branch branch, catalog_product product;
            INSERT INTO catalog_hoursexception (id, branch_id, date, name)
            SELECT gen_random_uuid(), id, '2026-12-25', '' FROM catalog_branch"""
        )
    return branch


def test_there_are_fourteen_tables_of_the_catalog():
    assert len(TABLES) == 14


@pytest.mark.parametrize("table", TABLES)
def test_inserting_changing_and_deleting_a_row_each_raise_the_version(company, table):
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT * FROM {table} LIMIT 1")
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchone() == (1,)
        versions = [version()]
        for statement in (
            f"UPDATE {table} SET id = id WHERE id = (SELECT id FROM kept)",
            f"DELETE FROM {table} WHERE id = (SELECT id FROM kept)",
            f"INSERT INTO {table} SELECT * FROM kept",
        ):
            cursor.execute(statement)
            versions.append(version())
        cursor.execute("DROP TABLE kept")

    assert versions == sorted(set(versions))


@pytest.mark.parametrize("table", TABLES)
def test_emptying_a_table_raises_the_version(company, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending would forbid it
        before = version()
        cursor.execute(f"TRUNCATE {table} CASCADE")

    assert version() > before


def test_stock_state_and_stop_list_raise_no_version(anybody, alice, branch):
    soup = make_product("soup")
    before = version()

    put_in_stock(branch, soup=10)
    BranchState.objects.update(is_paused=True, busy_minutes=5)
    StopListEntry.objects.create(branch=branch, product=soup).delete()
    BranchState.objects.update(is_paused=False)
    order = alice.place(order_body(soup, total=1200))
    assert order.status == 201
    assert alice.cancel(order.json["id"]).status == 200

    assert version() == before


def test_a_change_that_is_rolled_back_gives_its_version_to_nothing_else(branch):
    before = version()
    with transaction.atomic():
        make_product("soup")
        tried = version()
        transaction.set_rollback(True)
    assert version() == before

    make_product("bread")

    assert version() not in (before, tried)


def test_a_change_is_seen_by_the_next_request(anybody, soup):
    assert anybody.get(f"products/{soup.id}").json["price"]["amount"] == 1000

    Product.objects.update(price=1100)

    assert anybody.get(f"products/{soup.id}").json["price"]["amount"] == 1100
    assert anybody.get("menu").json["categories"][0]["products"][0]["price"]["amount"] == 1100
    assert anybody.get("products").json["data"][0]["price"]["amount"] == 1100


def test_a_new_price_holds_for_the_next_order(alice, soup):
    assert alice.place(order_body(soup, total=1200)).status == 201

    Product.objects.update(price=1100)

    refused = alice.place(order_body(soup, total=1200))
    assert (refused.status, refused.code) == (409, "total_changed")
    assert alice.place(order_body(soup, total=1300)).status == 201


def test_the_first_branch_is_seen_by_a_process_that_knew_of_none(anybody):
    assert anybody.get("menu").status == 404

    branch = make_branch()

    assert anybody.get("menu").json["branch"]["id"] == str(branch.id)
    earlier = make_branch("Earlier", position=0)
    assert anybody.get("menu").json["branch"]["id"] == str(earlier.id)


def test_the_catalog_is_loaded_once_a_version(soup):
    first = current_catalog(read_version())

    assert current_catalog(read_version()) is first
    Ingredient.objects.update(name="Broth")
    second = current_catalog(read_version())
    assert second is not first
    assert (first.version < second.version, second.version) == (True, read_version())
