"""What the pages of the catalog have in common."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.conf import settings
from django.db.models import Field, ForeignKey
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from catalog.admin.fields import DecimalTextField, MoneyField, QuantityField, show_quantity
from customerbackend.admin import KeepsWhatIsUsedAdmin, money_column

Labels = Mapping[str, str | Promise]


class DecimalNumbers:
    """Mixin: fields that are stored in minor units or in thousandths are read and written as decimals.

    For each of them there is a column `shown_…`; who may only look sees that in place of the field.
    """

    money: Labels = {}
    quantities: Labels = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, title in cls.__dict__.get("money", {}).items():
            setattr(cls, f"shown_{name}", money_column(name, title))
        for name, title in cls.__dict__.get("quantities", {}).items():
            setattr(cls, f"shown_{name}", quantity_column(name, title))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        labels = self.money if db_field.name in self.money else self.quantities
        if db_field.name not in labels:
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        field_class = MoneyField if labels is self.money else QuantityField
        return decimal_field(field_class, db_field, labels[db_field.name])

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if self.may_edit(request, obj):
            return sets
        shown = {name: f"shown_{name}" for name in (*self.money, *self.quantities)}
        sets = deepcopy(sets)
        for _title, options in sets:
            options["fields"] = [
                shown.get(field, field) if isinstance(field, str) else [shown.get(part, part) for part in field]
                for field in options["fields"]
            ]
        return sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        if self.may_edit(request, obj):
            return fields
        return (*fields, *(f"shown_{name}" for name in (*self.money, *self.quantities)))

    def may_edit(self, request: HttpRequest, obj: Any) -> bool:
        """Whether the form can be written in; without an object it is a form that adds one."""
        return obj is None or bool(self.has_change_permission(request, obj))  # type: ignore[attr-defined]


def decimal_field(
    field_class: type[MoneyField] | type[QuantityField], db_field: "Field[Any, Any]", label: Any
) -> DecimalTextField:
    """The form's field for a column that keeps a number in its smallest parts."""
    is_money = field_class is MoneyField
    return field_class(
        label=label,
        required=not db_field.blank,
        initial=db_field.get_default() if db_field.has_default() else None,
        help_text=_("Gross, in %(currency)s.") % {"currency": settings.CURRENCY} if is_money else _("In whole units."),
    )


def quantity_column(name: str, title: Any) -> Any:
    """A column that shows the thousandths in the field `name` in whole units."""

    @display(description=title, ordering=name)
    def column(_admin: Any, row: Any) -> str:
        return show_quantity(getattr(row, name))

    return column


class CatalogAdmin(DecimalNumbers, KeepsWhatIsUsedAdmin):
    """A table of the catalog that staff maintain."""

    list_per_page = 50
    warn_unsaved_form = True


class CatalogInline(DecimalNumbers, TabularInline):
    """Rows of a table that belong to the page's object; what their selects offer is read once, not once a row."""

    extra = 0
    hide_title = True

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        offered: dict[str, Any] = request.__dict__.setdefault("_offered", {})
        key = f"{db_field.model._meta.label}.{db_field.name}"
        if key not in offered:
            offered[key] = list(field.choices)
        field.choices = offered[key]
        return field
