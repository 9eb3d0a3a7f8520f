"""`seed_history`: the same seed makes the same history, real customers are protected, and it says what it does."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.models import Customer
from catalog.models import OpeningHours
from orders.models import Order, OrderEvent, OrderLine, StatusLogEntry
from tests.clients import Api
from tests.factories import make_branch, make_customer, make_product
from tests.orders.seeded import make_alice_real, make_company, seed
from tests.orders.steps import NOON, nothing_written

pytestmark = pytest.mark.time_machine(NOON, tick=False)
SIZE = ("--customers=12", "--orders=40", "--years=1", "--processes=1")


class Undone(Exception):
    pass


def history_of(*arguments):
    """All that a run writes, but for the numbers, which come from the sequence; nothing of it stays."""
    rows = {}
    try:
        with transaction.atomic():
            seed(*arguments, orders=60)
            for model in (Customer, Order, OrderLine, StatusLogEntry, OrderEvent):
                names = [field.attname for field in model._meta.concrete_fields]
                shown = [name for name in names if (model, name) != (Order, "number")]
                rows[model] = list(model.objects.order_by("id").values_list(*shown))
            raise Undone
    except Undone:
        return rows


def test_a_seed_makes_one_history_and_another_seed_another(db):
    make_company()
    first = history_of("--seed=7")

    assert len(first[Order]) == 60
    assert history_of("--seed=7") == first
    other = history_of("--seed=8")
    assert all(not set(map(str, first[model])) & set(map(str, other[model])) for model in first)


def test_a_second_run_goes_on_with_further_customers(db):
    make_company()
    seed(orders=20)
    assert seed(customers=5, orders=20).startswith("20 orders of the customers seed-13 to seed-17 have been written")

    assert (Customer.objects.count(), Order.objects.count()) == (17, 40)


def test_few_of_everything(db):
    make_branch()
    make_product("soup")
    seed(customers=1, orders=1)

    assert Order.objects.get().customer.login == "seed-1"
    connection.check_constraints()


def test_without_zones_everything_is_fetched_and_without_hours_nothing_is_sold(db):
    closed = make_branch("Closed", hours=[])
    make_branch("Counter", postal_prefixes=())
    make_product("soup")
    seed(orders=20)

    assert set(Order.objects.values_list("delivery_method", "branch__name")) == {("pickup", "Counter")}
    assert not closed.orders.exists()


def test_what_is_never_enough_for_the_courier_is_fetched(db):
    make_branch(minimum=10**6)
    make_product("soup")
    seed(orders=20)

    assert set(Order.objects.values_list("delivery_method", flat=True)) == {"pickup"}


@pytest.mark.parametrize("missing", ["branches", "products", "hours"])
def test_where_nothing_can_be_ordered_it_says_so(db, missing):
    if missing != "branches":
        make_branch()
    if missing != "products":
        make_product("soup")
    if missing == "hours":
        OpeningHours.objects.all().delete()

    with nothing_written(), pytest.raises(CommandError, match="load_demo or import_menu comes first"):
        call_command("seed_history", *SIZE)


def test_beside_real_customers_it_asks_first(db):
    make_company()
    make_customer("bob")  # of example.com, so nobody
    make_alice_real()
    make_customer("guest", email=None)
    with nothing_written(), pytest.raises(CommandError) as refused:
        call_command("seed_history", *SIZE)
    assert str(refused.value).startswith("2 customers here have an address that does not end in @example.com")

    seed("--yes", orders=20)
    assert Order.objects.count() == 20
    assert not Order.objects.exclude(customer__login__startswith="seed-").exists()


def test_with_a_password_they_can_sign_in_and_without_one_nobody_can(db):
    make_company()
    seed("--password=quite-Long-3", customers=2, orders=2)
    seed(customers=1, orders=1)

    def sign_in(login, password):
        return Api().post("auth/sign-in", {"login": login, "password": password}).status

    assert sign_in("seed-2@example.com", "quite-Long-3") == 200
    assert sign_in("seed-3", "quite-Long-3") == 401


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--orders=5"], "required: --customers"),
        (["--customers=0", "--orders=5"], "0 is not a whole number above zero"),
        (["--customers=5", "--orders=many"], "many is not a whole number above zero"),
        (["--customers=5", "--orders=5", "--heavy=6"], "--heavy is at most 5 of so many orders"),
        (["--customers=5", "--orders=5", "--heavy=-1"], "--heavy is at most 5 of so many orders"),
    ],
)
def test_what_cannot_be_meant_is_one_line(db, arguments, said):
    make_company()
    with nothing_written(), pytest.raises(CommandError, match=said):
        call_command("seed_history", *arguments)


def test_progress_is_shown_on_a_terminal_or_when_asked_for(db):
    make_company()
    err = StringIO()
    call_command("seed_history", *SIZE, "--progress", stdout=StringIO(), stderr=err)
    shown = err.getvalue()
    assert shown.startswith("\r[") and shown.endswith("\n")
    assert "] 100%  40 orders" in shown

    class Terminal(StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    call_command("seed_history", *SIZE, stdout=StringIO(), stderr=terminal)
    assert "100%" in terminal.getvalue()


@pytest.mark.django_db(transaction=True)
def test_several_processes_write_the_same_history_as_one():
    make_company()
    out = StringIO()
    wanted = ("--customers=1000", "--orders=200", "--years=1", "--heavy=30")
    call_command("seed_history", *wanted, "--processes=2", stdout=out)

    assert out.getvalue().startswith("200 orders of the customers seed-1 to seed-1000 have been written, 30 of them")
    assert Order.objects.count() == 200
    assert Order.objects.filter(customer__login="seed-1").count() >= 30
    by_two = set(Order.objects.values_list("total", "business_date", "customer__login"))
    Order.objects.all().delete()
    Customer.objects.all().delete()
    OrderEvent.objects.all().delete()
    call_command("seed_history", *wanted, "--processes=1", stdout=out)
    assert set(Order.objects.values_list("total", "business_date", "customer__login")) == by_two


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_whole_orders_and_says_so(capfd):
    make_company()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_orderevent ADD CONSTRAINT no_more CHECK (number < 1) NOT VALID")
    try:
        with pytest.raises(
            CommandError, match=r"^A process has failed\. 0 orders have been written, each of them whole"
        ):
            call_command("seed_history", "--customers=1000", "--orders=200", "--years=1", "--processes=2")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE orders_orderevent DROP CONSTRAINT no_more")

    assert "no_more" in capfd.readouterr().err
    assert (Order.objects.count(), OrderLine.objects.count()) == (0, 0)
    assert Customer.objects.count() == 1000
