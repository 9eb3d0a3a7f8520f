"""The forms about endpoints and mailboxes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSplitDateTimeWidget

from notifications.branches import read_branch_names
from notifications.endpoints import check_url
from notifications.kinds import SERVICE_KINDS
from notifications.models import Endpoint, Mailbox, Recipient


def kind_choices(recipients: Iterable[str]) -> list[tuple[str, str]]:
    """The kinds that any of these can be told, with what they mean and who else gets them."""
    wanted = set(recipients)
    return [
        (name, f"{name} · {kind.label} ({', '.join(str(recipient.label) for recipient in kind.told_to)})")
        for name, kind in SERVICE_KINDS.items()
        if wanted & set(kind.told_to)
    ]


class SubscriptionForm(forms.ModelForm):
    """What is told, of which branches, chosen by name."""

    recipients = [str(value) for value in Recipient.values if value != Recipient.CUSTOMER]

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of messages"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None: all that there are."),
    )  # fmt: skip
    branch_ids = forms.TypedMultipleChoiceField(
        label=_("Branches"), required=False, coerce=UUID, empty_value=[],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(), help_text=_("None: all of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if "kinds" in fields:  # they are not for who may only look
            fields["kinds"].choices = kind_choices(self.recipients)
            fields["branch_ids"].choices = [(str(key), name) for key, name in read_branch_names().items()]

    def clean(self) -> dict[str, Any] | None:
        """What is chosen must be for who is told; left out are kinds that are for nobody of them."""
        cleaned = super().clean()
        told = self.cleaned_data.get("recipient_kind", Recipient.STAFF)
        foreign = [name for name in self.cleaned_data.get("kinds", []) if told not in SERVICE_KINDS[name].told_to]
        if foreign:
            text = _("%(who)s is not told these: %(kinds)s.")
            about = {"who": Recipient(told).label, "kinds": ", ".join(foreign)}
            self.add_error("kinds", ValidationError(text, params=about))
        return cleaned


class EndpointForm(SubscriptionForm):
    """An endpoint; its secrets are not typed in."""

    class Meta:
        model = Endpoint
        fields = ("name", "recipient_kind", "url", "kinds", "branch_ids", "is_on")
        help_texts = {
            "url": _("Where its service listens. The secret that signs what it is sent is shown once this is saved.")
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        check_url(url)
        return url


class MailboxForm(SubscriptionForm):
    """A mailbox of a member of staff."""

    recipients = [Recipient.STAFF.value]

    class Meta:
        model = Mailbox
        fields = ("address", "language", "kinds", "branch_ids", "is_on")


class ReplayForm(forms.Form):
    """Of which time, and which kinds."""

    begin = forms.SplitDateTimeField(label=_("From (UTC)"), widget=UnfoldAdminSplitDateTimeWidget())
    end = forms.SplitDateTimeField(label=_("Until before (UTC)"), widget=UnfoldAdminSplitDateTimeWidget())
    kinds = forms.MultipleChoiceField(
        label=_("Only these kinds of messages"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("None: all that the endpoint subscribes to."),
    )  # fmt: skip

    def __init__(self, endpoint: Endpoint, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = kind_choices([endpoint.recipient_kind])
        fields: dict[str, Any] = self.fields
        fields["kinds"].choices = [choice for choice in told if not endpoint.kinds or choice[0] in endpoint.kinds]
