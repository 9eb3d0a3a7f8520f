"""GET /products: a branch's products, narrowed down."""

import pytest

from catalog.models import Product
from catalog.serializers import ProductPageSerializer
from tests.factories import make_branch, make_category, make_ingredient, make_options, make_product, put_in_stock
from tests.shapes import assert_shape


@pytest.fixture
def menu(branch) -> dict[str, Product]:
    """Five dishes that differ in what is in them."""
    make_ingredient("rice", dietary=["vegan", "gluten_free"])
    make_ingredient("cheese", contains=["milk"], dietary=["gluten_free"])
    make_ingredient("bread", contains=["gluten"], may_contain=["nuts"], dietary=["vegan"])
    make_ingredient("secret", contains=None, may_contain=None, dietary=[])
    sides = make_category("sides")
    dishes = {
        "bowl": make_product("bowl", recipe={"rice": 1}, name="Rice bowl", description="With Käse-free sauce"),
        "risotto": make_product("risotto", recipe={"rice": 1, "cheese": 1}, name="Risotto ai formaggi"),
        "sandwich": make_product("sandwich", recipe={"bread": 1, "cheese": 1}, name="Käse-Sandwich"),
        "surprise": make_product("surprise", recipe={"secret": 1}, name="Surprise"),
        "toast": make_product("toast", recipe={"bread": 1}, name="Toast", category=sides),
    }
    Product.objects.filter(pk=dishes["toast"].pk).update(position=0)
    put_in_stock(branch, rice=10, bread=10, secret=10)
    return dishes


def keys(anybody, query: str = "") -> list[str]:
    answer = anybody.get(f"products{query}")
    assert answer.status == 200, answer.text
    names = {product.name: product.key for product in Product.objects.all()}
    return [names[product["name"]] for product in answer.json["data"]]


def test_products_have_the_promised_shape(anybody, menu):
    answer = anybody.get("products")

    assert answer.status == 200
    assert_shape(ProductPageSerializer, answer.json)


def test_products_are_described_as_on_the_menu_and_in_its_order(anybody, menu):
    on_menu = [product for category in anybody.get("menu").json["categories"] for product in category["products"]]

    assert anybody.get("products").json == {"data": on_menu, "next_cursor": None}
    assert len(on_menu) == 5


def test_of_one_category(anybody, menu):
    assert keys(anybody, f"?category_id={menu['toast'].category_id}") == ["toast"]
    assert keys(anybody, "?category_id=00000000-0000-7000-8000-000000000000") == []


def test_of_one_branch(anybody, menu):
    other = make_branch("Other")

    assert len(keys(anybody, f"?branch_id={other.id}")) == 5
    assert keys(anybody, f"?branch_id={other.id}&available=true") == []


@pytest.mark.parametrize(
    ("dietary", "expected"),
    [
        ("vegan", {"bowl", "toast"}),
        ("gluten_free", {"bowl", "risotto"}),
        ("vegan,gluten_free", {"bowl"}),
        ("halal", set()),
    ],
)
def test_by_diet_every_ingredient_must_fit_every_diet(anybody, menu, dietary, expected):
    assert set(keys(anybody, f"?dietary={dietary}")) == expected


@pytest.mark.parametrize(
    ("allergens", "expected"),
    [
        ("milk", {"bowl", "toast"}),
        ("gluten", {"bowl", "risotto"}),
        ("milk,gluten", {"bowl"}),
        ("fish", {"bowl", "risotto", "sandwich", "toast"}),
    ],
)
def test_without_an_allergen_excludes_what_contains_it_and_what_is_not_declared(anybody, menu, allergens, expected):
    assert set(keys(anybody, f"?without_allergens={allergens}")) == expected


def test_without_an_allergen_excludes_what_may_contain_it(anybody, menu):
    assert set(keys(anybody, "?without_allergens=nuts")) == {"bowl", "risotto"}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("risotto", {"risotto"}),
        ("RISOTTO", {"risotto"}),
        ("k%C3%A4se", {"bowl", "sandwich"}),
        ("K%C3%84SE", {"bowl", "sandwich"}),
        ("bowl+rice", {"bowl"}),
        ("formag", {"risotto"}),
        ("rice+toast", set()),
        ("%25", set()),
        ("", {"bowl", "risotto", "sandwich", "surprise", "toast"}),
        ("+++", {"bowl", "risotto", "sandwich", "surprise", "toast"}),
    ],
)
def test_search_finds_every_word_in_name_or_description_whatever_its_case(anybody, menu, search, expected):
    assert set(keys(anybody, f"?search={search}")) == expected


def test_by_availability(anybody, menu):
    assert set(keys(anybody, "?available=true")) == {"bowl", "surprise", "toast"}
    assert set(keys(anybody, "?available=false")) == {"risotto", "sandwich"}


def test_a_product_whose_required_options_are_gone_counts_as_unavailable(anybody, branch):
    box = make_options("box", {"paper-box": 0}, min=1, recipes={"paper-box": {"paper": 1}})
    make_product("noodles", recipe={"noodles": 1}, groups=(box,))
    put_in_stock(branch, noodles=5)

    (noodles,) = anybody.get("products").json["data"]

    assert noodles["available"] is False
    assert [option["available"] for option in noodles["option_groups"][0]["options"]] == [False]
    put_in_stock(branch, paper=1)
    (noodles,) = anybody.get("products?available=true").json["data"]
    assert [option["available"] for option in noodles["option_groups"][0]["options"]] == [True]


def test_what_has_been_asked_for_together_holds_together(anybody, menu):
    assert keys(anybody, "?dietary=vegan&without_allergens=gluten&available=true&search=rice") == ["bowl"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("dietary=vegan,tasty", "dietary"),
        ("dietary=", "dietary"),
        ("without_allergens=dust", "without_allergens"),
        ("category_id=mains", "category_id"),
        ("available=perhaps", "available"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=WyJhIl0", "cursor"),
        ("offset=20", "offset"),
        ("search=" + "x" * 101, "search"),
    ],
)
def test_a_filter_that_is_malformed_or_unknown_is_refused_by_name(anybody, menu, query, parameter):
    answer = anybody.get(f"products?{query}")

    assert (answer.status, [error["parameter"] for error in answer.json["errors"]]) == (400, [parameter])
