"""The OpenAPI schema's finishing touches."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Fields beyond these are the data of that error.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; branch on it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["code", "detail"],
            },
        },
        "request_id": {"type": ["string", "null"]},
    },
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
    "additionalProperties": True,
}


class ApiSchema(AutoSchema):
    """Describes the body of a DELETE too, where the view declares one (OpenAPI 3.1 allows it)."""

    def _get_request_body(self, direction: str = "request") -> Any:
        if self.method != "DELETE" or self.get_request_serializer() is None:
            return super()._get_request_body(direction)
        self.method = "POST"
        try:
            return super()._get_request_body(direction)
        finally:
            self.method = "DELETE"


def only_the_api(endpoints: list[Any]) -> list[Any]:
    """Leave out what is not part of the API that clients use: the schema's own view, and what providers call."""
    of_api = (endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/"))
    return [endpoint for endpoint in of_api if endpoint[0] != "/api/v1/schema"]


def problem_as_default_answer(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation answers a problem document where it does not answer what it promises."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = {"description": "Refused or failed.", "content": content}
    return result


class SessionToken(OpenApiAuthenticationExtension):
    """How the schema describes the Authorization header."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ServiceKeyScheme(OpenApiAuthenticationExtension):
    """How the schema describes the Authorization header of services."""

    target_class = "accounts.authentication.ServiceKeyAuthentication"
    name = "serviceKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "cbk_…",
            "description": "The key of a kitchen's, warehouse's or courier's system, by `manage.py make_service_key`.",
        }


class StrictBody(OpenApiSerializerExtension):
    """A body may hold no field that the schema does not name."""

    target_class = "customerbackend.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if type(self.target).__doc__ is None:
            schema.pop("description", None)  # it would be that of the class that this one is derived from
        return {**schema, "additionalProperties": False}
