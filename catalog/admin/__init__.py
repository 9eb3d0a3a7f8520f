"""What can be bought, where, and what is in stock, in the admin."""

from catalog.admin.branches import BranchAdmin, BranchStateAdmin, StopListAdmin
from catalog.admin.menu import (
    CategoryAdmin,
    IngredientAdmin,
    OptionAdmin,
    OptionGroupAdmin,
    ProductAdmin,
    TaxClassAdmin,
)
from catalog.admin.stock import ReservationAdmin, StockAdmin, StockMovementAdmin

__all__ = [
    "BranchAdmin",
    "BranchStateAdmin",
    "CategoryAdmin",
    "IngredientAdmin",
    "OptionAdmin",
    "OptionGroupAdmin",
    "ProductAdmin",
    "ReservationAdmin",
    "StockAdmin",
    "StockMovementAdmin",
    "StopListAdmin",
    "TaxClassAdmin",
]
