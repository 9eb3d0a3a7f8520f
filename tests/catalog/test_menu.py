"""GET /menu: all that a branch sells, in one answer."""

from uuid import uuid4

import pytest

from catalog.models import BranchProduct, Category, Option, OptionGroup, Product
from catalog.serializers import MenuSerializer
from tests.factories import make_branch, make_category, make_ingredient, make_options, make_product, put_in_stock
from tests.shapes import assert_shape


def products_on(menu: dict) -> list[str]:
    return [product["name"] for category in menu["categories"] for product in category["products"]]


@pytest.fixture
def pizza(branch) -> Product:
    """Of one piece each of dough, which has gluten, and of tomato; in two sizes, with cheese for 1.50 EUR if wanted."""
    make_ingredient("dough", contains=["gluten"], may_contain=["soybeans"], dietary=["vegetarian", "vegan"])
    make_ingredient("cheese", contains=["milk"], dietary=["vegetarian"])
    sizes = make_options("size", {"small": 0, "large": 400}, min=1)
    extras = make_options("extras", {"extra-cheese": 150}, max=3, recipes={"extra-cheese": {"cheese": 1}})
    product = make_product(
        "pizza",
        price=950,
        recipe={"dough": 1, "tomato": 1},
        groups=(sizes, extras),
        description="Thin & crisp",
        picture="/static/pizza.svg",
        min_age=16,
    )
    put_in_stock(branch, dough=10, tomato=10, cheese=10)
    return product


def test_the_menu_has_the_promised_shape(anybody, pizza):
    answer = anybody.get("menu")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert_shape(MenuSerializer, answer.json)


def test_the_shape_holds_where_nothing_is_declared_or_written(anybody, branch):
    make_ingredient("mystery", contains=None, may_contain=None)
    make_product("mystery", recipe={"mystery": 1})
    make_product("voucher", recipe={})

    menu = anybody.get("menu").json

    assert_shape(MenuSerializer, menu)
    assert menu["categories"][0]["picture_url"] is None
    assert [p["allergens"] for p in menu["categories"][0]["products"]] == [None, None]


def test_a_product_is_shown_with_its_price_allergens_and_options(anybody, pizza):
    (shown,) = anybody.get("menu").json["categories"][0]["products"]

    small, large, cheese = (Option.objects.get(key=key) for key in ("small", "large", "extra-cheese"))
    size, extras = (OptionGroup.objects.get(key=key) for key in ("size", "extras"))
    none: dict[str, list[str]] = {"contains": [], "may_contain": []}
    assert shown == {
        "id": str(pizza.id),
        "category_id": str(pizza.category_id),
        "name": "Pizza",
        "description": "Thin & crisp",
        "picture_url": "http://testserver/static/pizza.svg",
        "price": {"amount": 950, "currency": "EUR"},
        "available": True,
        "min_age": 16,
        "allergens": {"contains": ["gluten"], "may_contain": ["soybeans"]},
        "dietary": ["vegan"],
        "option_groups": [
            {
                "id": str(size.id),
                "name": "Size",
                "min": 1,
                "max": 1,
                "options": [
                    {
                        "id": str(small.id),
                        "name": "Small",
                        "price": {"amount": 0, "currency": "EUR"},
                        "available": True,
                        "allergens": none,
                    },
                    {
                        "id": str(large.id),
                        "name": "Large",
                        "price": {"amount": 400, "currency": "EUR"},
                        "available": True,
                        "allergens": none,
                    },
                ],
            },
            {
                "id": str(extras.id),
                "name": "Extras",
                "min": 0,
                "max": 3,
                "options": [
                    {
                        "id": str(cheese.id),
                        "name": "Extra-Cheese",
                        "price": {"amount": 150, "currency": "EUR"},
                        "available": True,
                        "allergens": {"contains": ["milk"], "may_contain": []},
                    }
                ],
            },
        ],
    }


def test_categories_and_products_come_in_their_positions(anybody, branch):
    sweets, mains = make_category("sweets"), make_category("mains")
    Category.objects.filter(pk=sweets.pk).update(position=2)
    Category.objects.filter(pk=mains.pk).update(position=1)
    make_product("cake", category=sweets)
    soup, bread = make_product("soup", category=mains), make_product("bread", category=mains)
    Product.objects.filter(pk=soup.pk).update(position=2_000_000)
    Product.objects.filter(pk=bread.pk).update(position=1_000_000)

    menu = anybody.get("menu").json

    assert [category["name"] for category in menu["categories"]] == ["Mains", "Sweets"]
    assert products_on(menu) == ["Bread", "Soup", "Cake"]


def test_without_a_branch_it_is_the_first_one_s(anybody):
    second, first = make_branch("Second", position=2), make_branch("First", position=1)
    make_product("soup")

    assert anybody.get("menu").json["branch"]["id"] == str(first.id)
    assert anybody.get(f"menu?branch_id={second.id}").json["branch"]["name"] == "Second"


def test_what_has_been_withdrawn_is_gone(anybody, pizza, soup):
    gone = make_product("gone")
    lost = make_product("lost", category=make_category("closed"))
    Product.objects.filter(pk=gone.pk).update(is_active=False)
    Category.objects.filter(key="closed").update(is_active=False)
    Option.objects.filter(key="large").update(is_active=False)

    menu = anybody.get("menu").json

    assert products_on(menu) == ["Pizza", "Soup"]
    assert [category["name"] for category in menu["categories"]] == ["Mains"]
    assert "Large" not in str(menu)
    for product in (gone, lost):
        assert anybody.get(f"products/{product.id}").status == 404


def test_a_category_of_which_nothing_is_sold_is_not_shown(anybody, soup):
    make_category("empty")

    assert [category["name"] for category in anybody.get("menu").json["categories"]] == ["Mains"]
    assert [category["name"] for category in anybody.get("categories").json["data"]] == ["Mains"]


def test_a_branch_may_have_a_price_of_its_own(anybody, branch, soup):
    other = make_branch("Other")
    BranchProduct.objects.create(branch=other, product=soup, price=1250)

    def price_at(branch):
        return anybody.get(f"menu?branch_id={branch.id}").json["categories"][0]["products"][0]["price"]["amount"]

    assert (price_at(branch), price_at(other)) == (1000, 1250)
    assert anybody.get(f"products/{soup.id}?branch_id={other.id}").json["price"] == {"amount": 1250, "currency": "EUR"}


def test_a_price_of_its_own_may_be_nothing(anybody, branch, soup):
    BranchProduct.objects.create(branch=branch, product=soup, price=0)

    assert anybody.get("menu").json["categories"][0]["products"][0]["price"]["amount"] == 0


def test_what_a_branch_does_not_sell_is_not_there(anybody, branch, soup):
    other = make_branch("Other")
    make_product("bread")
    BranchProduct.objects.create(branch=other, product=soup, is_sold=False)

    assert products_on(anybody.get("menu").json) == ["Soup", "Bread"]
    assert products_on(anybody.get(f"menu?branch_id={other.id}").json) == ["Bread"]
    assert anybody.get(f"products/{soup.id}?branch_id={other.id}").status == 404
    assert anybody.get(f"products/{soup.id}?branch_id={branch.id}").status == 200


@pytest.mark.parametrize("path", ["menu?branch_id={}", "products?branch_id={}", "products/{soup}?branch_id={}"])
def test_an_unknown_or_withdrawn_branch_is_not_found(anybody, soup, path):
    closed = make_branch("Closed", is_active=False)

    for branch_id in (uuid4(), closed.id):
        answer = anybody.get(path.format(branch_id, soup=soup.id))
        assert (answer.status, answer.code) == (404, "not_found")


def test_a_company_without_a_branch_has_no_menu(anybody):
    assert anybody.get("menu").status == 404
    assert anybody.get("branches").json == {"data": [], "next_cursor": None}
    assert anybody.get("categories").json == {"data": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("menu?branch_id=first", "branch_id"),
        ("menu?branch=1", "branch"),
        ("menu?branch_id={0}&branch_id={0}", "branch_id"),
        ("categories?limit=1", "limit"),
        ("branches?open_now=true", "open_now"),
        ("products/{soup}?size=large", "size"),
    ],
)
def test_a_parameter_that_is_malformed_unknown_or_repeated_is_refused_by_name(anybody, branch, soup, path, parameter):
    answer = anybody.get(path.format(branch.id, soup=soup.id))

    assert (answer.status, [error["parameter"] for error in answer.json["errors"]]) == (400, [parameter])
