"""A new key pair for Web Push."""

from typing import Any

from django.core.management.base import BaseCommand

from customerbackend.vapid import make_private_key, public_key_of


class Command(BaseCommand):
    help = "Print a new key pair for Web Push, ready for .env. Browsers that subscribed with another one are lost."

    def handle(self, *args: Any, **options: Any) -> None:
        private_key = make_private_key()
        self.stdout.write(f"# The public key that belongs to it: {public_key_of(private_key)}")
        self.stdout.write(f"VAPID_PRIVATE_KEY={private_key}")
        self.stdout.write("# Where push services can reach you: mailto: and an address, or https:// and a page.")
        self.stdout.write("VAPID_SUBJECT=mailto:you@example.com")
