"""Lowering what an order owes as a member of staff: what is possible, the forms that ask for it, and doing it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from catalog.admin.fields import MoneyField
from customerbackend.admin import show_money
from customerbackend.errors import Refusal
from customerbackend.ids import new_id
from orders.adjusting import give_goodwill, remove_item
from orders.admin.moves import describe_refusal
from orders.lifecycle import Actor, ActorKind
from orders.models import Order, OrderLine
from orders.statuses import Status


class AdjustmentForm(forms.Form):
    """Why less is owed, and the id that makes sending it twice harmless."""

    adjustment_id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The customer reads it."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(data)
        self.order = order

    def carry_out(self, actor: Actor) -> Order:
        """Adjust the order as the form says. Raises what `orders.adjusting` does."""
        raise NotImplementedError

    def common(self, actor: Actor) -> dict[str, Any]:
        """What every adjustment takes."""
        said = {name: self.cleaned_data[name] for name in ("reason", "adjustment_id")}
        return {"order_id": self.order.id, "actor": actor, **said}


class RemoveForm(AdjustmentForm):
    """Which line, and how many of it."""

    line = forms.ChoiceField(label=_("Item"), widget=UnfoldAdminSelectWidget())
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, initial=1, widget=UnfoldAdminIntegerFieldWidget())
    field_order = ("line", "quantity", "reason")

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(order, data)
        lines = list(order.lines.all())
        field: Any = self.fields["line"]
        field.choices = [(str(line.id), "") for line in lines]
        # One of which nothing is left any more is not offered, but refused as that when it was chosen before.
        field.widget.choices = [(str(line.id), describe_choice(line, order)) for line in lines if line.quantity_left]

    def carry_out(self, actor: Actor) -> Order:
        line_id, quantity = self.cleaned_data["line"], self.cleaned_data["quantity"]
        return remove_item(line_id=line_id, quantity=quantity, **self.common(actor))


class GoodwillForm(AdjustmentForm):
    """How much less is owed."""

    amount = MoneyField(label=_("Amount"))
    field_order = ("amount", "reason")

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(order, data)
        self.fields["amount"].help_text = _("At most %(owed)s.") % {"owed": show_money(order.owed, order.currency)}

    def carry_out(self, actor: Actor) -> Order:
        return give_goodwill(amount=self.cleaned_data["amount"], **self.common(actor))


FORMS: dict[str, type[AdjustmentForm]] = {"remove": RemoveForm, "goodwill": GoodwillForm}
NAMES: dict[str, str | Promise] = {"remove": _("Remove item…"), "goodwill": _("Goodwill…")}


def possible_adjustments(order: Order, lines: Iterable[OrderLine]) -> list[tuple[str, str | Promise]]:
    """What staff can lower of an order with these lines: kind and name."""
    possible = {"remove": any(line.quantity_left for line in lines), "goodwill": order.owed > 0}
    return [(kind, NAMES[kind]) for kind in NAMES if possible[kind] and order.status != Status.CANCELLED]


def describe_choice(line: OrderLine, order: Order) -> str:
    """A line as it is chosen: how many are left of it, what it is with its options, what one costs."""
    parts = [line.name, *(option["name"] for option in line.options)]
    return f"{line.quantity_left} × {' + '.join(parts)}, {show_money(line.unit_price, order.currency)}"


def adjust_and_tell(request: HttpRequest, form: AdjustmentForm) -> None:
    """Adjust the order as the form says, and tell what is owed now, or why it was refused."""
    try:
        adjusted = form.carry_out(Actor(ActorKind.STAFF, request.user.get_username()))
    except (Refusal, NotFound) as refusal:
        messages.error(request, describe_refusal(form.order, refusal))
    else:
        owed = {"number": adjusted.number, "owed": show_money(adjusted.owed, adjusted.currency)}
        messages.success(request, gettext("Order %(number)s: %(owed)s is owed now.") % owed)
