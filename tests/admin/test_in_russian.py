"""The admin's pages in Russian: what the theme says, which comes in English only, and the labels of messages' pages."""

from pathlib import Path

import pytest
import unfold
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten, label_for_field
from django.utils import translation

from customerbackend.development.messages import texts_of

THEME = Path(unfold.__file__).parent
# Django's own form of users, which is not used here; and how long a search took, which is not said.
NOT_SHOWN = ("Raw passwords are not stored", "\n")


def test_every_text_of_the_theme_has_its_russian() -> None:
    sources = [*THEME.glob("templates/**/*.html"), *THEME.glob("*.py"), *THEME.glob("templatetags/*.py")]
    said = {text for path in sources for text in texts_of(path) if isinstance(text, str)}
    assert len(said) > 80
    with translation.override("ru"):
        lacking = [text for text in said if translation.gettext(text) == text]
    assert [text for text in sorted(lacking) if not text.startswith(NOT_SHOWN)] == []


@pytest.mark.parametrize(
    "label",
    ["notifications.message", "notifications.delivery", "notifications.endpoint", "notifications.mailbox",
     "notifications.device", "payments.payment", "payments.refund", "accounts.servicekey"],
)  # fmt: skip
def test_every_column_field_and_filter_has_its_russian(label: str) -> None:
    model = apps.get_model(label)
    page = admin.site.get_model_admin(model)
    filters = [name for name in page.list_filter if isinstance(name, str) and "__" not in name]
    shown = [*page.list_display, *flatten(page.fields or ()), *filters]
    with translation.override("ru"):
        labels = {name: str(label_for_field(name, model, page)) for name in shown}
    assert {name: text for name, text in labels.items() if text.isascii()} == {}
