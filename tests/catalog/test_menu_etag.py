"""The menu's ETag: the same while the answer is, another as soon as it is not."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from catalog.menu import render_menu
from catalog.models import (
    Branch,
    BranchProduct,
    BranchState,
    Category,
    HoursException,
    Ingredient,
    OpeningHours,
    Option,
    Product,
    StopListEntry,
)
from tests.factories import make_branch, make_options, make_product, order_body, put_in_stock

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # a Monday, 12:00 in Berlin
LUNCH = [(weekday, time(11), time(14)) for weekday in range(7)]


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def branch(db) -> Branch:
    return make_branch(hours=LUNCH)


@pytest.fixture
def soup(branch) -> Product:
    """100 in stock, with bread for 1 EUR if wanted."""
    soup = make_product("soup", groups=(make_options("sides", {"bread": 100}, recipes={"bread": {"bread": 1}}),))
    put_in_stock(branch, soup=100, bread=100)
    return soup


def read(client, **headers):
    answer = client.get("menu", **headers)
    assert answer.status in (200, 304)
    return answer


def tag_of(client, **headers) -> str:
    return read(client, **headers).headers["ETag"]


def test_the_same_menu_is_not_sent_twice(anybody, soup):
    first = read(anybody)

    second = read(anybody, if_none_match=first.headers["ETag"])

    assert first.headers["ETag"].startswith('"')
    assert (second.status, second.text) == (304, "")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == first.headers["Cache-Control"] == "no-cache"
    assert "Content-Type" not in second.headers


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"a",W/{} , "b"'])
def test_the_tag_is_found_in_every_form_that_a_client_may_send_it(anybody, soup, form):
    assert read(anybody, if_none_match=form.format(tag_of(anybody))).status == 304


@pytest.mark.parametrize("form", ['"other"', "", '""', "nonsense"])
def test_another_tag_gets_the_menu(anybody, soup, form):
    assert read(anybody, if_none_match=form).status == 200


CHANGES = {
    "a price": lambda: Product.objects.update(price=1001),
    "a name": lambda: Product.objects.update(name="Stew"),
    "a category": lambda: Category.objects.update(description="Warm"),
    "an option": lambda: Option.objects.update(price=101),
    "an option withdrawn": lambda: Option.objects.update(is_active=False),
    "a product withdrawn": lambda: Product.objects.update(is_active=False),
    "an allergen": lambda: Ingredient.objects.filter(key="soup").update(contains=["celery"]),
    "an option's allergen": lambda: Ingredient.objects.filter(key="bread").update(contains=["gluten"]),
    "an own price": lambda: BranchProduct.objects.create(
        branch=Branch.objects.get(), product=Product.objects.get(), price=1
    ),
    "not sold": lambda: BranchProduct.objects.create(
        branch=Branch.objects.get(), product=Product.objects.get(), is_sold=False
    ),
    "the branch's name": lambda: Branch.objects.update(name="Centre"),
    "the branch's place": lambda: Branch.objects.update(latitude=52.54),
    "the branch's telephone": lambda: Branch.objects.update(phone="+49 30 2"),
    "the hours of another day": lambda: OpeningHours.objects.filter(weekday=5).delete(),
    "a holiday": lambda: HoursException.objects.create(branch=Branch.objects.get(), date="2026-12-25"),
    "a stop": lambda: StopListEntry.objects.create(branch=Branch.objects.get(), product=Product.objects.get()),
    "a stop of an option": lambda: StopListEntry.objects.create(
        branch=Branch.objects.get(), option=Option.objects.get()
    ),
    "a pause": lambda: BranchState.objects.update(is_paused=True),
    "being busy": lambda: BranchState.objects.update(busy_minutes=10),
    "sold out": lambda: put_in_stock(Branch.objects.get(), soup=0),
    "an option sold out": lambda: put_in_stock(Branch.objects.get(), bread=0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_the_menu_shows_differently_changes_its_tag(anybody, soup, change):
    before = read(anybody)

    CHANGES[change]()

    after = read(anybody, if_none_match=before.headers["ETag"])
    assert after.status == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.text != before.text


def test_another_language_is_another_tag(anybody, soup):
    english, russian = tag_of(anybody, accept_language="en"), tag_of(anybody, accept_language="ru")

    assert english != russian
    assert read(anybody, accept_language="ru", if_none_match=english).status == 200
    assert "Accept-Language" in read(anybody).headers["Vary"]


def test_other_payment_methods_are_another_tag(anybody, soup, settings):
    before = tag_of(anybody)

    settings.PAYMENT_METHODS = ["cash", "terminal", "card"]
    render_menu.cache_clear()  # a setting changes with the process

    assert read(anybody, if_none_match=before).status == 200


def test_the_passing_of_the_closing_time_changes_the_tag_and_nothing_before_it_does(anybody, soup, noon):
    before = tag_of(anybody)

    noon.move_to(NOON + timedelta(hours=1, minutes=59, seconds=59))
    assert tag_of(anybody) == before
    noon.move_to(NOON + timedelta(hours=2))
    closed = read(anybody, if_none_match=before)
    assert closed.json["branch"]["open_now"] is False
    noon.move_to(NOON + timedelta(days=1))
    assert tag_of(anybody) not in (before, closed.headers["ETag"])  # it closes on another day


@pytest.mark.parametrize("begin", ["a stop", "a pause", "being busy"])
def test_the_end_of_what_is_for_a_time_brings_the_tag_back(anybody, soup, noon, begin):
    calm, end = tag_of(anybody), NOON + timedelta(minutes=30)
    CHANGES[begin]()
    StopListEntry.objects.update(until=end)
    BranchState.objects.update(paused_until=end, busy_until=end)
    during = tag_of(anybody)

    noon.move_to(end - timedelta(seconds=1))
    assert tag_of(anybody) == during != calm
    noon.move_to(end)
    assert tag_of(anybody) == calm


def test_an_order_that_makes_nothing_unavailable_leaves_the_tag(anybody, alice, soup):
    before = tag_of(anybody)

    assert alice.place(order_body({"product_id": str(soup.id), "quantity": 99}, total=99_200)).status == 201

    assert read(anybody, if_none_match=before).status == 304
    assert alice.place(order_body(soup, total=1200)).status == 201  # the last portion
    after = read(anybody, if_none_match=before)
    assert after.status == 200
    assert after.json["categories"][0]["products"][0]["available"] is False


def test_what_changes_elsewhere_leaves_the_tag(anybody, branch, soup):
    other = make_branch("Other", hours=LUNCH)
    before = tag_of(anybody)

    put_in_stock(branch, soup=50)
    BranchProduct.objects.create(branch=other, product=soup, price=1)
    Branch.objects.filter(pk=other.pk).update(name="Elsewhere")
    BranchState.objects.filter(branch=other).update(is_paused=True)
    StopListEntry.objects.create(branch=other, product=soup)
    put_in_stock(other, soup=5)
    Ingredient.objects.create(key="unused", name="Unused", unit="gram")

    assert read(anybody, if_none_match=before).status == 304


def test_each_branch_has_a_tag_of_its_own(anybody, branch, soup):
    other = make_branch("Mitte", hours=LUNCH, position=branch.position + 1)
    put_in_stock(other, soup=100, bread=100)

    tags = {anybody.get(f"menu?branch_id={each.id}").headers["ETag"] for each in (branch, other)}

    assert len(tags) == 2


def test_any_tag_holds_where_the_client_asks_for_none_in_particular(anybody, soup):
    unchanged = anybody.get("menu", if_none_match="*")

    assert (unchanged.status, unchanged.text) == (304, "")
    assert unchanged.headers["ETag"] == anybody.get("menu").headers["ETag"]
