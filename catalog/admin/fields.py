"""Form fields between what staff read and write and what is stored: money, quantities, allergens, branch time."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from catalog.models import LARGEST_QUANTITY, THOUSANDTHS
from customerbackend.allergens import Allergen
from customerbackend.money import exponent, parse_money

NUMBER = re.compile(r"[0-9]{1,12}([.,][0-9]{1,3})?")
LARGEST_AMOUNT = 2**31 - 1  # what a PositiveIntegerField holds


class DecimalTextField(forms.Field):
    """A decimal number, with a point or a comma, kept as an integer number of its smallest parts."""

    largest: int

    def __init__(self, *, suffix: str = "", **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", **({"suffix": suffix} if suffix else {})}
        super().__init__(widget=UnfoldAdminTextInputWidget(attrs), **kwargs)

    def read(self, text: str) -> int:
        """The integer that a well-formed number stands for. Raises ValueError."""
        raise NotImplementedError

    def show(self, value: int) -> str:
        """The number as it stands in the form."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return self.show(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        try:
            number = self.read(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
        except ValueError:
            number = None
        if number is None or number > self.largest:
            raise ValidationError(_("Enter a number like “%(example)s”."), params={"example": self.show(12500)})
        return number

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class MoneyField(DecimalTextField):
    """An amount in the deployment's currency, kept in minor units."""

    largest = LARGEST_AMOUNT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(suffix=settings.CURRENCY, **kwargs)

    def read(self, text: str) -> int:
        return parse_money(text, settings.CURRENCY)

    def show(self, value: int) -> str:
        decimals = exponent(settings.CURRENCY)
        return f"{Decimal(value).scaleb(-decimals):.{decimals}f}"


class QuantityField(DecimalTextField):
    """A quantity in whole units with up to three decimals, kept in thousandths."""

    largest = LARGEST_QUANTITY

    def read(self, text: str) -> int:
        return int(Decimal(text) * THOUSANDTHS)

    def show(self, value: int) -> str:
        return show_quantity(value)


def show_quantity(thousandths: int) -> str:
    """Thousandths in whole units: 2500 is 2.5."""
    whole, rest = divmod(abs(thousandths), THOUSANDTHS)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}" + (f".{rest:03}".rstrip("0") if rest else "")


class CheckboxesWidget(UnfoldAdminCheckboxSelectMultipleWidget):
    """Checkboxes side by side."""

    template_name = "admin/catalog/widgets/checkboxes.html"


class AllergensField(forms.MultipleChoiceField):
    """Allergens, or one of two more answers: there are none (an empty list), or nobody has said so far (None).

    One of the answers must be given, so that forgetting them never reads as “none”.
    """

    UNDECLARED, NONE = "undeclared", "none"
    widget = CheckboxesWidget

    def __init__(self, **kwargs: Any) -> None:
        answers = [(self.UNDECLARED, _("Not declared")), (self.NONE, _("None of these"))]
        super().__init__(choices=[*answers, *Allergen.choices], required=True, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return [self.UNDECLARED] if value is None else value or [self.NONE]

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data or [""]  # nothing was checked, and nothing is checked when the form comes back

    def clean(self, value: Any) -> list[str] | None:
        chosen = super().clean(value)
        if len(chosen) > 1 and {self.UNDECLARED, self.NONE} & set(chosen):
            raise ValidationError(_("Choose either allergens or one of the first two answers."))
        return None if chosen == [self.UNDECLARED] else [] if chosen == [self.NONE] else chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class BranchClockForm(forms.ModelForm):
    """A form of something that has a `branch`: its moments are written as the branch's clock shows them."""

    moments: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.branch_id is not None:
            for name in self.moments:
                moment = getattr(self.instance, name)
                self.initial[name] = moment and timezone.make_naive(moment, ZoneInfo(self.instance.branch.time_zone))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        branch = cleaned.get("branch") or (self.instance.branch if self.instance.branch_id is not None else None)
        for name in self.moments:
            if branch and cleaned.get(name):
                clock = timezone.make_naive(cleaned[name])  # as it was typed
                cleaned[name] = timezone.make_aware(clock, ZoneInfo(branch.time_zone))
        return cleaned
