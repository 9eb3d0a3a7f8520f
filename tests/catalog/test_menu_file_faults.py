"""What a menu file may get wrong without anybody noticing: each is told, with its line, or read as it was meant."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.loading import read_version
from catalog.menufile import MAX_FAULTS_SHOWN, MenuFileInvalid, read_menu_file
from catalog.models import Branch, Product
from tests.catalog.test_importing_a_menu import MENU

PRODUCT = "categories/0/products/0"
BRANCH = "branches/0"


@pytest.fixture
def read(tmp_path):
    """Reads a text (or bytes) as a menu file."""

    def read(text: str | bytes):
        path = tmp_path / "menu.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_menu_file(path)

    return read


@pytest.fixture
def faults_of(read):
    """The faults of the menu after some changes, as (line, field)."""

    def faults_of(*changes: tuple[str, str]) -> list[tuple[int, str]]:
        text = MENU
        for right, wrong in changes:
            assert right in text
            text = text.replace(right, wrong, 1)
        with pytest.raises(MenuFileInvalid) as refused:
            read(text)
        return [(fault.line, fault.field) for fault in refused.value.faults]

    return faults_of


def line_of(text: str) -> int:
    return MENU[: MENU.index(text)].count("\n") + 1


@pytest.mark.parametrize("code", ["01067", '"01067"', "1e5", "0x10", "12_34", "10:30"])
def test_what_looks_like_a_number_stays_the_text_that_it_is(read, code):
    menu = read(MENU.replace('postal_code: "01067"', f"postal_code: {code}").replace('["01"]', f"[{code}]"))

    assert menu["branches"][0]["address"]["postal_code"] == code.strip('"')
    assert menu["branches"][0]["zones"][0]["postal_prefixes"] == [code.strip('"')]


@pytest.mark.parametrize("country", ["NO", "NL", "DE"])
def test_norway_is_a_country_and_not_a_no(read, country):
    menu = read(MENU.replace("country: DE", f"country: {country}"))

    assert menu["branches"][0]["address"]["country"] == country


@pytest.mark.parametrize(("price", "amount"), [("9.90", 990), ('"9.90"', 990), ("9.9", 990), ("0", 0), ("19.99", 1999)])
def test_a_price_is_exact_with_and_without_quotes(read, price, amount):
    menu = read(MENU.replace('price: "9.90"', f"price: {price}"))

    assert menu["categories"][0]["products"][0]["price"] == amount


@pytest.mark.parametrize(
    "price", ['"9.905"', "-0.01", "1:30", "nan", "inf", "true", "~", "[9.90]", '"9,90"', "21474836.48"]
)
def test_a_price_that_is_none_is_a_fault(faults_of, price):
    assert faults_of(('price: "9.90"', f"price: {price}")) == [(line_of('price: "9.90"'), f"{PRODUCT}/price")]


@pytest.mark.parametrize(
    "hours", ["10:00-24:00", "25:00-26:00", "10:00–14:00", "x10:00-14:00x", "110:00-14:00", "10:00", "10:00-14:60"]
)
def test_hours_that_are_none_are_a_fault_and_not_left_out(faults_of, hours):
    assert faults_of(('"10:00-14:00"', f'"{hours}"')) == [(line_of("10:00-14:00"), f"{BRANCH}/hours/mon/0")]


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ('"17:00-01:00"', '"10:00-12:00"', f"{BRANCH}/hours/mon"),
        ("latitude: 51.05", "latitude: nan", f"{BRANCH}/address/latitude"),
        ("latitude: 51.05", "latitude: 91", f"{BRANCH}/address/latitude"),
        ("date: 2026-12-25", "date: 2026-02-30", f"{BRANCH}/exceptions/0/date"),
        ("option_groups: [size]", "option_groups: [size, size]", f"{PRODUCT}/option_groups/1"),
        ("margherita: {price", "marinara: {price", f"{BRANCH}/products/marinara"),
        ("stock: {dough: 1000", "stock: {dow: 1000", f"{BRANCH}/stock/dow"),
        ("stock: {dough: 1000", "stock: {dough: -1", f"{BRANCH}/stock/dough"),
        ("dough: 250", "dough: 0", f"{PRODUCT}/recipe/dough"),
        ("dough: 250", "dough: 0.0001", f"{PRODUCT}/recipe/dough"),
        ("dough: 250", "dough: 250, dough: 100", f"{PRODUCT}/recipe/dough"),
        ("key: cheese", "key: dough", "ingredients/1/key"),
        ("key: large", "key: small", "option_groups/0/options/1/key"),
        ("key: margherita", "key: Margherita!", f"{PRODUCT}/key"),
        ("cooking_places: 2", "cooking_places: 0", f"{BRANCH}/cooking_places"),
        ("delivery_tax_class: food", "delivery_tax_class: foot", f"{BRANCH}/delivery_tax_class"),
        ('postal_prefixes: ["01"], ', "", f"{BRANCH}/zones/0"),
        ("min: 1", "min: -1", "option_groups/0/min"),
        ("max: 1", "max: 51", "option_groups/0/max"),
    ],
)
def test_each_fault_is_told_with_its_line_and_field(faults_of, right, wrong, field):
    assert (line_of(right), field) in faults_of((right, wrong))


@pytest.mark.parametrize(("least", "most", "field"), [(2, 1, "max"), (3, 3, "min"), (0, 0, "max")])
def test_a_choice_that_nobody_can_make_is_a_fault(faults_of, least, most, field):
    faults = faults_of(("min: 1", f"min: {least}"), ("max: 1", f"max: {most}"))

    assert [name for _line, name in faults] == [f"option_groups/0/{field}"]


def test_a_date_that_is_there_twice_is_a_fault(faults_of):
    twice = "{date: 2026-12-25, name: Christmas}\n      - {date: 2026-12-25, hours: []}"

    faults = faults_of(("{date: 2026-12-25, name: Christmas}", twice))

    assert [field for _line, field in faults] == [f"{BRANCH}/exceptions/0/date", f"{BRANCH}/exceptions/1/date"]


def test_faults_of_form_and_of_reference_are_told_at_once_in_the_order_of_the_file(faults_of):
    faults = faults_of(
        ('price: "9.90"', 'price: "x"'),
        ("cheese: 110", "chees: 110"),
        ("Europe/Berlin", "Mars/Olympus"),
        ("mon: [", "monday: ["),
        ("sun: []", "sunday: []"),
        ("contains: [milk]", "contains: [mulk]"),
        ("delivery_tax_class: food", "delivery_tax_class: foot"),
    )

    assert faults == sorted(faults)
    assert {field for _line, field in faults} == {
        "ingredients/1/allergens/contains/0",
        f"{PRODUCT}/price",
        f"{PRODUCT}/recipe/chees",
        f"{BRANCH}/time_zone",
        f"{BRANCH}/hours/monday",
        f"{BRANCH}/hours/sunday",
        f"{BRANCH}/delivery_tax_class",
    }


def test_a_menu_without_option_groups_cannot_refer_to_one(read):
    begin, end = MENU.index("option_groups:"), MENU.index("categories:")

    with pytest.raises(MenuFileInvalid) as refused:
        read(MENU[:begin] + MENU[end:])

    assert [fault.field for fault in refused.value.faults] == [f"{PRODUCT}/option_groups/0"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "just text",
        "&a [*a]",
        "{? [a, b] : c}",
        "a: !!python/object:os.system {}",
        "--- a\n--- b\n",
        "[" * 5000,
    ],
    ids=["empty", "comment", "text", "endless", "list as key", "object", "two documents", "deep"],
)
def test_what_is_no_menu_is_refused_with_a_line(read, text):
    with pytest.raises(MenuFileInvalid) as refused:
        read(text)

    assert all(fault.line >= 1 and fault.field and fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    "content", [MENU.encode("utf-16"), MENU.replace("Dresden", "Köln").encode("latin-1"), b"\xff\xfe\x00"]
)
def test_what_is_not_utf_8_is_refused(read, content):
    with pytest.raises(MenuFileInvalid):
        read(content)


def test_of_many_faults_the_first_are_shown_and_the_rest_counted(tmp_path, db):
    path = tmp_path / "menu.yaml"
    unknown = ", ".join(f"unknown-{number}: 1" for number in range(MAX_FAULTS_SHOWN + 7))
    path.write_text(MENU.replace("dough: 250, cheese: 110", unknown))
    version = read_version()

    with pytest.raises(CommandError) as refused:
        call_command("import_menu", str(path), stdout=StringIO())

    lines = str(refused.value).splitlines()
    assert len(lines) == MAX_FAULTS_SHOWN + 1
    assert lines[0].startswith(f"{path}: line {line_of('dough: 250')}, {PRODUCT}/recipe/unknown-0: ")
    assert lines[-1] == "… and 7 more"
    assert (Product.objects.count(), Branch.objects.count(), read_version()) == (0, 0, version)
