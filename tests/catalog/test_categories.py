"""GET /categories: what any branch sells from, in menu order."""

from catalog.models import BranchProduct, Category
from catalog.serializers import CategoryPageSerializer
from tests.factories import make_branch, make_category, make_product
from tests.shapes import assert_shape


def make_categories(*keys: str) -> list[Category]:
    """Categories in this order, each with one product of the same key."""
    made = []
    for position, key in enumerate(keys):
        category = make_category(key)
        Category.objects.filter(pk=category.pk).update(position=position)
        make_product(f"a-{key}", category=category)
        made.append(category)
    return made


def names(anybody) -> list[str]:
    return [category["name"] for category in anybody.get("categories").json["data"]]


def test_categories_have_the_promised_shape(anybody, branch, soup):
    answer = anybody.get("categories")

    assert answer.status == 200
    assert_shape(CategoryPageSerializer, answer.json)
    assert answer.json == {
        "data": [{"id": str(soup.category_id), "name": "Mains", "description": "", "picture_url": None}],
        "next_cursor": None,
    }


def test_a_picture_elsewhere_keeps_its_whole_address(anybody, soup):
    Category.objects.update(picture="https://pictures.example/mains.png")

    assert anybody.get("categories").json["data"][0]["picture_url"] == "https://pictures.example/mains.png"


def test_categories_come_in_menu_order_also_when_the_first_branch_lacks_the_first_of_them(anybody, branch):
    starters, _mains, sweets = make_categories("starters", "mains", "sweets")
    other = make_branch("Other")
    BranchProduct.objects.create(branch=branch, product=starters.products.get(), is_sold=False)
    BranchProduct.objects.create(branch=other, product=sweets.products.get(), is_sold=False)

    assert names(anybody) == ["Starters", "Mains", "Sweets"]


def test_a_category_that_no_branch_sells_from_is_not_there(anybody, branch):
    starters, mains, _sweets = make_categories("starters", "mains", "sweets")
    BranchProduct.objects.create(branch=branch, product=starters.products.get(), is_sold=False)
    Category.objects.filter(pk=mains.pk).update(is_active=False)

    assert names(anybody) == ["Sweets"]
