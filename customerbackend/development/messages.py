"""`make messages`: bring locale/ru/LC_MESSAGES/django.po up to date with the code, and compile it.

Babel does the work, so that no gettext need be installed. Of a template, Django makes the Python that Babel can read.
A run that finds nothing new changes nothing, not a byte.
"""

import ast
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent.parent
APPS = ("customerbackend", "notifications", "accounts", "catalog", "orders", "payments")
PO_FILE = BASE_DIR / "locale" / "ru" / "LC_MESSAGES" / "django.po"
MO_FILE = PO_FILE.with_suffix(".mo")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}


class Translations(Catalog):
    """The Russian catalog. Its header has no dates and no names: it is the same after every run."""

    def __init__(self) -> None:
        super().__init__(locale="ru", charset="utf-8", fuzzy=False)
        self.header_comment = "# The Russian texts. `make messages` keeps this file up to date with the code."

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Project-Id-Version", "customerbackend"),
            ("Language", "ru"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]


def source_files() -> Iterator[Path]:
    """Every Python file and template of the product."""
    for app in APPS:
        for pattern in ("**/*.py", "templates/**/*.html", "templates/**/*.txt"):
            yield from (path for path in sorted((BASE_DIR / app).glob(pattern)) if "migrations" not in path.parts)


def parts_of_f_strings(source: str) -> Iterator[str]:
    """The expressions within f-strings. To Babel an f-string is one token up to Python 3.11, with nothing inside."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FormattedValue):
            yield ast.unparse(node.value)


def texts_of(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The texts of a Python file or a template that are marked for translation; a plural comes with its singular."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        text = "\n".join([text, *parts_of_f_strings(text)])
    else:
        # Indentation means nothing there, and would be an error here.
        text = "\n".join(line.strip() for line in templatize(text).splitlines())
    found: Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]] = extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS
    )
    for _line, message, _comments, _context in found:
        yield message


def extract_messages() -> Catalog:
    """The texts of the code that are marked for translation, untranslated."""
    catalog = Catalog(charset="utf-8")
    for path in source_files():
        for message in texts_of(path):
            catalog.add(message, locations=[(str(path.relative_to(BASE_DIR)), 0)])
    return catalog


def read_translations() -> Catalog:
    """The Russian catalog as it is kept."""
    with PO_FILE.open("rb") as file:
        return read_po(file, locale="ru", charset="utf-8")


def is_translated(message: Message, known: Message | None) -> bool:
    """Whether `known` has for the message what it needs: one text, or one for each plural form."""
    if known is None or known.fuzzy or known.pluralizable != message.pluralizable:
        return False
    return all(known.string or [""])


def translate(texts: Catalog, known: Catalog) -> Translations:
    """These texts and no others, with the Russian that is known of them."""
    translations = Translations()
    for message in texts:
        if message.id:
            kept = known.get(message.id)
            string = kept.string if kept and is_translated(message, kept) else ""
            translations.add(message.id, string, locations=message.locations)
    return translations


def untranslated(translations: Catalog) -> list[str]:
    """The texts that the code has and the catalog does not translate, sorted."""
    lacking = [m for m in extract_messages() if m.id and not is_translated(m, translations.get(m.id))]
    return sorted(message.id if isinstance(message.id, str) else message.id[0] for message in lacking)


def write_translations(translations: Catalog) -> bytes:
    """What stands in the .po file."""
    written = io.BytesIO()
    write_po(written, translations, width=120, sort_output=True, include_lineno=False)
    return written.getvalue()


def compile_translations(translations: Catalog) -> bytes:
    """What Django reads at run time."""
    compiled = io.BytesIO()
    write_mo(compiled, translations)
    return compiled.getvalue()


def main() -> None:
    """Update, compile, and say what still lacks its Russian; exit code 1 then."""
    translations = translate(extract_messages(), read_translations())
    PO_FILE.write_bytes(write_translations(translations))
    MO_FILE.write_bytes(compile_translations(translations))
    lacking = untranslated(translations)
    for text in lacking:
        print(f"no Russian: {text}")
    sys.exit(1 if lacking else 0)


if __name__ == "__main__":
    main()
