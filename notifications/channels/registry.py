"""Which module sends by which way. Only the worker imports this: some of them take long to load."""

from collections.abc import Mapping

from notifications.channels import email, push, webhook
from notifications.channels.base import Send
from notifications.models import Channel

CHANNELS: Mapping[str, Send] = {
    Channel.PUSH: push.send,
    Channel.EMAIL: email.send,
    Channel.WEBHOOK: webhook.send,
}
