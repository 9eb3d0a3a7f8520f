"""What Prometheus learns of messages. Read from the database when it asks, so any process can answer."""

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from notifications.waiting import read_waiting


class MessagesCollector(Collector):
    """How many messages wait and for how long the oldest has, by channel."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The metrics. One statement."""
        waiting = GaugeMetricFamily("messages_waiting", "Messages that wait to be delivered.", labels=["channel"])
        oldest = GaugeMetricFamily(
            "messages_oldest_waiting_seconds", "For how long the oldest of them has waited.", labels=["channel"]
        )
        dead = GaugeMetricFamily("messages_given_up", "Deliveries that were given up.", labels=["channel"])
        for found in read_waiting():
            waiting.add_metric([found.channel], found.messages)
            oldest.add_metric([found.channel], found.oldest_seconds)
            dead.add_metric([found.channel], found.dead)
        return [waiting, oldest, dead]

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing beforehand: to register costs no statement."""
        return []
