"""What can be bought, where, and what of it is there.

A change to any table here but those of the minute (see `CatalogVersion`) raises the version. Quantities of ingredients
are integers: thousandths of a gram, millilitre or piece.
"""

from catalog.models.branches import (
    Branch,
    BranchProduct,
    BranchState,
    CatalogVersion,
    DeliveryZone,
    HoursException,
    OpeningHours,
    StopListEntry,
)
from catalog.models.menu import (
    LARGEST_QUANTITY,
    THOUSANDTHS,
    Category,
    Diet,
    Ingredient,
    Keyed,
    Option,
    OptionGroup,
    OptionIngredient,
    Product,
    ProductIngredient,
    ProductOptionGroup,
    RecipeLine,
    TaxClass,
)
from catalog.models.ratings import BranchRating, ProductRating
from catalog.models.stock import Reservation, Stock, StockMovement
from customerbackend.times import check_time_zone

__all__ = [
    "LARGEST_QUANTITY",
    "THOUSANDTHS",
    "Branch",
    "BranchProduct",
    "BranchRating",
    "BranchState",
    "CatalogVersion",
    "Category",
    "DeliveryZone",
    "Diet",
    "HoursException",
    "Ingredient",
    "Keyed",
    "OpeningHours",
    "Option",
    "OptionGroup",
    "OptionIngredient",
    "Product",
    "ProductIngredient",
    "ProductOptionGroup",
    "ProductRating",
    "RecipeLine",
    "Reservation",
    "Stock",
    "StockMovement",
    "StopListEntry",
    "TaxClass",
    "check_time_zone",
]
