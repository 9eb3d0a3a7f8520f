"""`manage.py import_menu`: the catalog becomes what the file says, all or nothing, as often as one likes."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

import catalog
from catalog.loading import read_version
from catalog.models import Branch, DeliveryZone, OptionGroup, Product, ProductIngredient, Stock, StockMovement

pytestmark = pytest.mark.django_db

DEMO = Path(catalog.__file__).parent / "demo" / "company.yaml"

MENU = """\
format: 1
currency: EUR
tax_classes:
  - {key: food, name: Food, courier_bps: 700, pickup_bps: 1900}
ingredients:
  - {key: dough, name: Dough, unit: gram, allergens: {contains: [gluten], may_contain: []}, dietary: [vegan]}
  - {key: cheese, name: Cheese, unit: gram, allergens: {contains: [milk], may_contain: []}}
option_groups:
  - key: size
    name: Size
    min: 1
    max: 1
    options:
      - {key: small, name: Small, price: "0.00"}
      - {key: large, name: Large, price: "2.50", recipe: {dough: 120.5}}
categories:
  - key: pizza
    name: Pizza
    products:
      - key: margherita
        name: Margherita
        price: "9.90"
        tax_class: food
        cooking_seconds: 540
        recipe: {dough: 250, cheese: 110}
        option_groups: [size]
branches:
  - key: mitte
    name: Mitte
    address: {line: A 1, postal_code: "01067", city: Dresden, country: DE, latitude: 51.05, longitude: 13.74}
    time_zone: Europe/Berlin
    hours: {mon: ["10:00-14:00", "17:00-01:00"], sun: []}
    exceptions:
      - {date: 2026-12-25, name: Christmas}
    zones:
      - {key: near, name: Near, postal_prefixes: ["01"], fee: "1.90", minimum: "10.00", travel_seconds: 600}
    cooking_places: 2
    restock_minutes: null
    delivery_tax_class: food
    seller: {name: S, tax_id: DE1, address: A}
    products: {margherita: {price: "8.90"}}
    stock: {dough: 1000, cheese: 500.5}
"""


def import_text(tmp_path: Path, text: str, *arguments: str) -> list[str]:
    path = tmp_path / "menu.yaml"
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("import_menu", str(path), *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_everything_in_the_file_is_there_afterwards(tmp_path):
    lines = import_text(tmp_path, MENU)

    assert "1 products created" in lines
    margherita = Product.objects.get()
    assert (margherita.price, margherita.category.key, margherita.tax_class.pickup_bps) == (990, "pizza", 1900)
    recipe = ProductIngredient.objects.values_list("ingredient__key", "quantity")
    assert dict(recipe) == {"dough": 250_000, "cheese": 110_000}
    large = OptionGroup.objects.get().options.get(key="large")
    assert (large.price, large.recipe.get().quantity) == (250, 120_500)
    branch = Branch.objects.get()
    assert (branch.postal_code, branch.hours.count(), branch.exceptions.count()) == ("01067", 2, 1)
    assert (DeliveryZone.objects.get().fee, branch.own_products.get().price) == (190, 890)
    assert dict(Stock.objects.values_list("ingredient__key", "on_hand")) == {"dough": 1_000_000, "cheese": 500_500}


def test_a_second_time_it_changes_nothing_and_leaves_the_version(tmp_path):
    import_text(tmp_path, MENU)
    version = read_version()

    assert import_text(tmp_path, MENU) == ["Nothing to change."]

    assert read_version() == version
    assert StockMovement.objects.count() == 2


def test_a_dry_run_says_what_would_change_and_changes_nothing(tmp_path):
    import_text(tmp_path, MENU)
    version = read_version()

    lines = import_text(tmp_path, MENU.replace('"9.90"', '"10.90"'), "--dry-run")

    assert lines == ["1 products changed", "Nothing was changed: this was a dry run."]
    assert Product.objects.get().price == 990
    assert read_version() == version


def test_what_changed_is_changed_and_what_is_gone_is_withdrawn_until_it_returns(tmp_path):
    import_text(tmp_path, MENU)
    other = MENU.replace("key: margherita", "key: marinara").replace("{margherita:", "{marinara:")

    assert "1 products withdrawn" in import_text(tmp_path, other)
    assert dict(Product.objects.values_list("key", "is_active")) == {"margherita": False, "marinara": True}

    assert "1 products changed" in import_text(tmp_path, MENU)
    assert dict(Product.objects.values_list("key", "is_active")) == {"margherita": True, "marinara": False}


def test_live_stock_is_left_alone(tmp_path):
    import_text(tmp_path, MENU)
    Stock.objects.filter(ingredient__key="dough").update(on_hand=7)

    import_text(tmp_path, MENU.replace("dough: 1000", "dough: 2000"))

    assert Stock.objects.get(ingredient__key="dough").on_hand == 7


FAULTS = [
    ("courier_bps: 700", "courier_bps: many", "tax_classes/0/courier_bps"),
    ("unit: gram, allergens: {contains: [milk], may_contain: []}", "unit: gram", "ingredients/1/allergens"),
    ("contains: [milk]", "contains: [mulk]", "ingredients/1/allergens/contains/0"),
    ('price: "9.90"', 'price: "9.905"', "categories/0/products/0/price"),
    ('price: "9.90"', 'price: "-1"', "categories/0/products/0/price"),
    ('price: "9.90"', "prize: 9.90", "categories/0/products/0/prize"),
    ("{dough: 250, cheese: 110}", "{dough: 250, chees: 110}", "categories/0/products/0/recipe/chees"),
    ("{dough: 250, cheese: 110}", "{}", "categories/0/products/0/recipe"),
    ("tax_class: food\n", "tax_class: fod\n", "categories/0/products/0/tax_class"),
    ("option_groups: [size]", "option_groups: [sizes]", "categories/0/products/0/option_groups/0"),
    ('"10:00-14:00"', '"10-14"', "branches/0/hours/mon/0"),
    ("mon: [", "monday: [", "branches/0/hours/monday"),
    ("Europe/Berlin", "Europe/Berlinn", "branches/0/time_zone"),
    ("max: 1", "max: 0", "option_groups/0/max"),
    ("fee: ", "max_distance_m: 500, fee: ", "branches/0/zones/0"),
    ("currency: EUR", "currency: USD", "currency"),
    ("format: 1", "format: 2", "format"),
    ("name: Pizza", "name: Pizza\n    name: Again", "categories/0/name"),
]


@pytest.mark.parametrize(("right", "wrong", "field"), FAULTS)
def test_a_fault_is_named_with_its_line_and_field_and_changes_nothing(tmp_path, right, wrong, field):
    import_text(tmp_path, MENU)
    version = read_version()
    line = MENU[: MENU.index(right)].count("\n") + wrong.rstrip("\n").count("\n") + 1

    with pytest.raises(CommandError) as refused:
        import_text(tmp_path, MENU.replace(right, wrong, 1))

    shown = str(refused.value).splitlines()
    assert any(f"menu.yaml: line {line}, {field}" in each for each in shown), shown
    assert read_version() == version


def test_a_product_key_that_is_there_twice_is_a_fault(tmp_path):
    twice = yaml.safe_load(MENU)
    twice["categories"][0]["products"] *= 2

    with pytest.raises(CommandError, match="categories/0/products/1/key: This key is here twice"):
        import_text(tmp_path, yaml.safe_dump(twice))


@pytest.mark.parametrize("text", ["", "[]", "a: [", "- x", "\t"])
def test_what_is_no_menu_is_refused_in_lines(tmp_path, text):
    with pytest.raises(CommandError, match="line 1"):
        import_text(tmp_path, text)
    assert Product.objects.count() == 0


def test_all_faults_are_shown_at_once(tmp_path):
    wrong = (
        MENU.replace('"9.90"', '"x"').replace("contains: [milk]", "contains: [mulk]").replace("format: 1", "format: 9")
    )

    with pytest.raises(CommandError) as refused:
        import_text(tmp_path, wrong)

    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, name):
    with pytest.raises(CommandError) as refused:
        call_command("import_menu", str(tmp_path / name))
    assert len(str(refused.value).splitlines()) == 1
