"""Mail, as text and HTML, in the recipient's language."""

from notifications.channels.base import NotDelivered, Parcel
from notifications.mail import MailNotSent, send_mail


def send(parcel: Parcel) -> None:
    """Mail the message. Raises NotDelivered."""
    try:
        send_mail(kind=parcel.kind, address=parcel.address, language=parcel.language, data=parcel.data)
    except MailNotSent as fault:
        raise NotDelivered(type(fault.__cause__).__name__, is_outlet_unwell=True) from fault
