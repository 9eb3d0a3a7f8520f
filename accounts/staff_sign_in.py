"""Staff's way into the admin, held to the same limits as customers' way into the app."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext
from unfold.forms import AuthenticationForm

from accounts.passwords import hashing_room
from customerbackend.clients import client_address, counted_block
from customerbackend.throttling import Throttled, count_try, forgive, give_back, giving_back


class StaffSignInForm(AuthenticationForm):
    """Counts a try, by name and by client address, before it has the password hashed."""

    def clean(self) -> dict[str, Any]:
        if not {"username", "password"} <= self.cleaned_data.keys():
            return self.cleaned_data  # nothing has been tried
        account = f"staff:{self.cleaned_data.get('username', '').lower()}"
        block = counted_block(client_address(self.request))
        try:
            count_try("sign_in_by_address", block)
            count_try("sign_in_by_account", account)
            with giving_back(("sign_in_by_address", block), ("sign_in_by_account", account)), hashing_room.place():
                cleaned = super().clean()
        except Throttled as refusal:
            minutes = -(-refusal.wait // 60)
            text = ngettext(
                "This was tried too often. Try again in %(minutes)d minute.",
                "This was tried too often. Try again in %(minutes)d minutes.",
                minutes,
            )
            raise ValidationError(text % {"minutes": minutes}, code="throttled") from refusal
        forgive(["sign_in_by_account"], [account])
        give_back("sign_in_by_address", block)
        return cleaned
