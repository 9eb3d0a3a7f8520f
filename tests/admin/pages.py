"""Finding one's way in the admin's pages."""

from typing import Any

from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.models import Order


def list_of(model: str) -> str:
    """The address of a model's list."""
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def page_of(row: Any) -> str:
    """The address of a row's page."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response
    return response.content.decode()


def told(response: Any) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def run_action(client: Client, model: str, action: str, *rows: Any, **more: Any) -> Any:
    """Choose rows of a list and run an action on them."""
    return client.post(list_of(model), {"action": action, "_selected_action": [row.pk for row in rows], **more})


def move(client: Client, to: str, *orders: Order, **more: Any) -> Any:
    return run_action(client, "orders.order", f"move_to_{to}", *orders, **more)


def status_of(order: Order) -> str:
    return Order.objects.get(id=order.id).status


def queries_of(client: Client, url: str) -> int:
    """How many statements a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What the page's form would send if nothing were changed, inlines included."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            parts = getattr(field.field.widget, "decompress", None)
            if parts:
                sent |= {f"{field.html_name}_{i}": part or "" for i, part in enumerate(parts(value))}
            elif value is not False:
                sent[field.html_name] = "" if value is None else value
    return sent
