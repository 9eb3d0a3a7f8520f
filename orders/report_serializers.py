"""Shapes of what the calls about reports promise."""

from typing import Any

from rest_framework import serializers


class ReportSentSerializer(serializers.Serializer[Any]):
    sent_to = serializers.CharField(help_text="The address, shortened.")
