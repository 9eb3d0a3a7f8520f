"""HTTP for what can be bought. Readable without a token; one that comes along is checked in the same statement."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import menu
from catalog.serializers import (
    BranchPageSerializer,
    BranchQuery,
    CategoryPageSerializer,
    MenuSerializer,
    ProductPageSerializer,
    ProductsQuery,
    ServingPageSerializer,
    ServingQuery,
    WholeProductSerializer,
)
from catalog.zones import Location
from customerbackend.callers import addresses, require_token, session_of
from customerbackend.serializers import check_no_query, read_query
from customerbackend.views import OptionalSessionInStatement, tagged_response, wanted_tags

IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag; 304 if it holds.")
NOT_MODIFIED = OpenApiResponse(description="What the client has is current.")


class BranchesView(OptionalSessionInStatement):
    @extend_schema(operation_id="list_branches", tags=["menu"], responses=BranchPageSerializer)
    def get(self, request: Request) -> Response:
        """Every branch: where, when open, whether it takes orders now."""
        check_no_query(request)
        return Response(menu.read_branches(session_id=session_of(request)))


class ServingView(OptionalSessionInStatement):
    @extend_schema(
        operation_id="list_serving_branches", tags=["menu"], parameters=[ServingQuery], responses=ServingPageSerializer
    )
    def get(self, request: Request) -> Response:
        """The branches that deliver to a place, best first."""
        query = read_query(ServingQuery, request)
        address_id = query.pop("address_id", None)
        if address_id is not None:
            location = Location(*addresses().locate_address(caller=require_token(request), address_id=address_id))
        else:
            location = Location(**query)
        return Response(menu.read_serving(session_id=session_of(request), location=location))


class MenuView(OptionalSessionInStatement):
    @extend_schema(
        operation_id="get_menu",
        tags=["menu"],
        parameters=[BranchQuery, IF_NONE_MATCH],
        responses={200: MenuSerializer, 304: NOT_MODIFIED},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """All that a branch sells, in one answer."""
        branch_id = read_query(BranchQuery, request).get("branch_id") if request.META.get("QUERY_STRING") else None
        tags = wanted_tags(request)
        tag, body = menu.read_menu(session_id=session_of(request), branch_id=branch_id, tags=tags)
        response = tagged_response(tag, body, cache="no-cache")
        response.headers["Vary"] = "Accept-Language, Authorization"
        return response


class CategoriesView(OptionalSessionInStatement):
    @extend_schema(operation_id="list_categories", tags=["menu"], responses=CategoryPageSerializer)
    def get(self, request: Request) -> Response:
        """The categories, in menu order."""
        check_no_query(request)
        return Response(menu.read_categories(session_id=session_of(request)))


class ProductsView(OptionalSessionInStatement):
    @extend_schema(
        operation_id="list_products", tags=["menu"], parameters=[ProductsQuery], responses=ProductPageSerializer
    )
    def get(self, request: Request) -> Response:
        """A branch's products, filtered."""
        query = read_query(ProductsQuery, request)
        page = {
            "limit": query.pop("limit"),
            "cursor": query.pop("cursor", None),
            "branch_id": query.pop("branch_id", None),
        }
        return Response(menu.read_products(session_id=session_of(request), wanted=menu.ProductFilter(**query), **page))


class ProductView(OptionalSessionInStatement):
    def judge_first(self, request: Request, **kwargs: UUID) -> None:
        super().judge_first(request)
        menu.require_product(product_id=kwargs["product_id"])

    @extend_schema(
        operation_id="get_product", tags=["menu"], parameters=[BranchQuery], responses=WholeProductSerializer
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        """One product, with portions left and ingredients."""
        branch_id = read_query(BranchQuery, request).get("branch_id")
        return Response(menu.read_product(session_id=session_of(request), branch_id=branch_id, product_id=product_id))
