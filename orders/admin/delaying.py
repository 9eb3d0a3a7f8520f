"""Delaying orders as a member of staff: the form that asks by how much, and doing it."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework.exceptions import NotFound
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from customerbackend.errors import Refusal
from orders.admin.moves import describe_refusal
from orders.delaying import LONGEST_MINUTES, delay_order
from orders.models import Order
from orders.statuses import CURRENT

NAME = _("Delay…")


class DelayForm(forms.Form):
    """By how many minutes."""

    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=LONGEST_MINUTES, widget=UnfoldAdminIntegerFieldWidget(),
        help_text=_("The customer sees at once that it comes so much later."),
    )  # fmt: skip


def is_delayable(order: Order) -> bool:
    """Whether staff can still say that it comes later."""
    return order.status in CURRENT


def delay_and_tell(request: HttpRequest, orders: Iterable[Order], minutes: int) -> None:
    """Delay each order in a transaction of its own, and tell which were and why the others were not."""
    delayed = []
    for order in orders:
        try:
            delay_order(order_id=order.id, minutes=minutes)
        except (Refusal, NotFound) as refusal:
            messages.error(request, describe_refusal(order, refusal))
        else:
            delayed.append(order.number)
    if delayed:
        text = ngettext("%(numbers)s: one minute later.", "%(numbers)s: %(minutes)s minutes later.", minutes)
        messages.success(request, text % {"numbers": ", ".join(delayed), "minutes": minutes})
