"""The admin's sidebar. Settings say what is in it; this says how one line of it looks and who sees it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import Promise


def page(title: str | Promise, icon: str, model: str) -> dict[str, Any]:
    """A line that leads to the list of a model ("orders.order"), for those who may view or change it.

    `icon` is a name of Material Symbols.
    """
    app, name = model.split(".")

    def may_see(request: HttpRequest) -> bool:
        return any(request.user.has_perm(f"{app}.{deed}_{name}") for deed in ("view", "change"))

    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": may_see,
    }
