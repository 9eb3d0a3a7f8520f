"""A provider that takes no real money, to develop with and to demonstrate: an outside party in all but its place.

`provider` is what our side asks it, `pages` what the customer sees, `sending` how it tells our side of what happened.
"""

from payments.providers.sandbox.provider import SandboxProvider
from payments.providers.sandbox.purging import purge_sandbox
from payments.providers.sandbox.sending import send_sandbox_events

__all__ = ["SandboxProvider", "purge_sandbox", "send_sandbox_events"]
