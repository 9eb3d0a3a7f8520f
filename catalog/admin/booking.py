"""Booking stock by hand: which kinds there are, the form that asks how much, and doing it by `catalog.stock`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog import stock
from catalog.admin.fields import QuantityField, show_quantity
from catalog.models import Branch, Ingredient, Stock
from customerbackend.ids import new_id


@dataclass(frozen=True, slots=True)
class Booking:
    """One kind of booking. `carry_out` gives the rows of which less is there than is set aside, or None."""

    title: str | Promise
    hint: str | Promise
    needs_reason: bool
    carry_out: Callable[..., list[stock.Row] | None]


BOOKINGS = {
    "receipt": Booking(
        _("Book a receipt"), _("How much has arrived. The oldest backorders are filled first."), False, stock.receive
    ),
    "waste": Booking(_("Book waste"), _("How much has been thrown away."), True, stock.discard),
    "count": Booking(
        _("Book a count"), _("How much stands on the shelf, what is set aside included. Empty: not counted."), False,
        stock.count,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """An ingredient and what a branch has of it."""

    ingredient: Ingredient
    on_hand: int
    reserved: int

    @property
    def shown(self) -> tuple[str, str, str]:
        """On hand, set aside and free, in whole units."""
        return show_quantity(self.on_hand), show_quantity(self.reserved), show_quantity(self.on_hand - self.reserved)


def find_branch(branches: Sequence[Branch], wanted: str | None) -> Branch | None:
    """The branch with this id; the only one there is when none is named."""
    if not wanted and len(branches) == 1:
        return branches[0]
    return next((branch for branch in branches if str(branch.id) == wanted), None)


def describe_rows(branch: Branch, ingredient_ids: Sequence[str]) -> list[ShelfRow]:
    """What the branch has of every ingredient, or of those that are named, also where it never had any."""
    there = {row.ingredient_id: row for row in Stock.objects.filter(branch=branch)}
    chosen = [row for row in Ingredient.objects.all() if not ingredient_ids or str(row.id) in ingredient_ids]
    empty = Stock(on_hand=0, reserved=0)
    return [ShelfRow(row, there.get(row.id, empty).on_hand, there.get(row.id, empty).reserved) for row in chosen]


class BookingForm(forms.Form):
    """Quantities by ingredient, a reason, and the id that makes sending it twice harmless."""

    operation_id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget())

    def __init__(self, data: Any, *, kind: str, rows: Sequence[ShelfRow]) -> None:
        super().__init__(data)
        self.kind, self.rows = kind, rows
        self.fields["reason"].required = BOOKINGS[kind].needs_reason
        for row in rows:
            label = f"{row.ingredient} ({row.ingredient.get_unit_display()})"
            self.fields[self.name_of(row)] = QuantityField(label=label, required=False)

    @staticmethod
    def name_of(row: ShelfRow) -> str:
        """The name of the ingredient's field."""
        return f"quantity-{row.ingredient.id}"

    @property
    def filled_in(self) -> list[tuple[ShelfRow, Any]]:
        """Each row with its field."""
        return [(row, self[self.name_of(row)]) for row in self.rows]

    @property
    def quantities(self) -> dict[Ingredient, int]:
        """Thousandths of what was filled in."""
        entered = {row.ingredient: self.cleaned_data.get(self.name_of(row)) for row in self.rows}
        return {ingredient: quantity for ingredient, quantity in entered.items() if quantity is not None}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.quantities:
            raise forms.ValidationError(_("Fill in a quantity."))
        return cleaned


def book(request: HttpRequest, branch: Branch, form: BookingForm) -> bool:
    """Book what the form says and tell what came of it; False when it was refused, with the reason in the form."""
    operation_id: UUID = form.cleaned_data["operation_id"]
    try:
        overdrawn = BOOKINGS[form.kind].carry_out(
            branch=branch,
            quantities=form.quantities,
            operation_id=operation_id,
            actor=request.user.get_username(),
            reason=form.cleaned_data["reason"],
        )
    except stock.QuantityInvalid as refusal:
        form.add_error(None, str(refusal.detail))
        return False
    except IntegrityError:  # the same operation: the form was sent twice
        messages.warning(request, _("This has been booked already."))
        return True
    names = {row.ingredient.id: row.ingredient.name for row in form.rows}
    messages.success(request, gettext("Booked: %(names)s.") % {"names": ", ".join(i.name for i in form.quantities)})
    for row in overdrawn or []:
        text = gettext("%(name)s: less is there than is set aside for orders.")
        messages.warning(request, text % {"name": names[row.ingredient_id]})
    return True
