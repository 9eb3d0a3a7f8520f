"""Shapes of what the calls about the inbox take and give."""

from typing import Any

from rest_framework import serializers

from customerbackend.serializers import PageQuery, StrictSerializer, UtcDateTimeField, page_serializer
from notifications.kinds import KINDS


class InboxQuery(PageQuery):
    unread = serializers.BooleanField(default=False, help_text="Only what has not been read.")


class ReadAllBody(StrictSerializer):
    up_to_id = serializers.UUIDField(
        required=False, help_text="The newest one that was shown: what has come since stays unread. Without it, all."
    )


class NotificationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=list(KINDS))
    title = serializers.CharField()
    text = serializers.CharField()
    order_id = serializers.UUIDField(allow_null=True)
    status = serializers.CharField(allow_null=True, help_text="Of `order_status`: where the order stood then.")
    at = UtcDateTimeField()
    read_at = UtcDateTimeField(allow_null=True)


class InboxSerializer(page_serializer("NotificationPage", NotificationSerializer)):  # type: ignore[misc]
    unread_count = serializers.IntegerField(min_value=0, help_text="On all pages.")
