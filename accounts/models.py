"""Who can come in: staff (`User`, for Django admin), customers with their sessions and addresses, and who is on the way
in: sign-ups, codes, password resets; and the keys of services.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from customerbackend.allergens import Allergen
from customerbackend.ids import new_id
from customerbackend.money import PaymentMethod
from customerbackend.times import check_time_zone


class User(AbstractUser):
    """Staff and operators, for Django admin. A customer is never one of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)


class Customer(models.Model):
    """A customer of the company. Login and email, where present, are unique, and the email has been verified."""

    class Contact(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("Email")
        TELEGRAM = "telegram", "Telegram"
        PUSH = "push", _("Push")

    class Messenger(models.TextChoices):
        TELEGRAM = "telegram", "Telegram"
        WHATSAPP = "whatsapp", "WhatsApp"
        VIBER = "viber", "Viber"
        SIGNAL = "signal", "Signal"
        MESSENGER = "messenger", "Messenger"
        MAX = "max", "MAX"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=64, null=True, blank=True)
    email = models.EmailField(null=True, blank=True)
    phone = PhoneNumberField(null=True, blank=True)
    password = models.CharField(max_length=255, null=True, blank=True, editable=False)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    telegram = models.CharField(max_length=64, null=True, blank=True)
    messengers = ArrayField(models.CharField(max_length=32, choices=Messenger.choices), default=list, blank=True)
    preferred_contact = models.CharField(max_length=16, choices=Contact.choices, null=True, blank=True)
    preferred_payment_method = models.CharField(max_length=16, choices=PaymentMethod.choices, null=True, blank=True)
    allergens = ArrayField(models.CharField(max_length=32, choices=Allergen.choices), default=list, blank=True)
    is_active = models.BooleanField(default=True, help_text=_("Unchecked: no token of theirs works any more."))
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.UniqueConstraint(Lower("login"), name="customer_login_unique"),
            models.UniqueConstraint(Lower("email"), name="customer_email_unique"),
            models.CheckConstraint(
                condition=~Q(login="") & ~Q(email="") & ~Q(phone="") & ~Q(telegram=""), name="customer_absent_is_null"
            ),
            models.CheckConstraint(
                condition=Q(preferred_contact__isnull=True)
                | Q(preferred_contact__in=["phone", "email", "telegram", "push"]),
                name="preferred_contact_known",
            ),
            models.CheckConstraint(
                condition=Q(preferred_payment_method__isnull=True)
                | Q(preferred_payment_method__in=PaymentMethod.values),
                name="preferred_payment_method_known",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(
                    is_active=False,
                    login__isnull=True,
                    email__isnull=True,
                    phone__isnull=True,
                    password__isnull=True,
                    telegram__isnull=True,
                    name="",
                ),
                name="erased_customer_is_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.login or self.email or str(self.id)


class Address(models.Model):
    """A place that the customer has things delivered to. An order keeps a copy of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses", db_index=False)
    name = models.CharField(max_length=50, null=True, blank=True)
    is_default = models.BooleanField(default=False)
    city = models.CharField(max_length=100)
    line = models.CharField(max_length=200, help_text=_("Street and house number."))
    postal_code = models.CharField(max_length=16, null=True, blank=True)
    apartment = models.CharField(max_length=32, null=True, blank=True)
    entrance = models.CharField(max_length=32, null=True, blank=True)
    floor = models.CharField(max_length=16, null=True, blank=True)
    door_code = models.CharField(max_length=32, null=True, blank=True)
    leave_at_door = models.BooleanField(default=False)
    comment = models.CharField(max_length=300, null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [models.Index("customer", "created_at", "id", name="addresses_of_customer")]
        constraints = [
            models.UniqueConstraint("customer", condition=Q(is_default=True), name="one_default_address"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="address_coordinates_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.city}"


class Session(models.Model):
    """One signed-in device of a customer. Access tokens name it, and live no longer than it does.

    The refresh token rotates. Of the current one and of the one before only SHA-256 hashes are kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="sessions", db_index=False)
    device_name = models.CharField(max_length=100, blank=True)
    network = models.CharField(
        max_length=64, blank=True, default="", help_text=_("Roughly from where it was used last: a shortened address.")
    )
    keep_signed_in = models.BooleanField(default=False)
    refresh_hash = models.CharField(max_length=64)
    previous_refresh_hash = models.CharField(max_length=64, blank=True, default="")
    refreshed_at = models.DateTimeField(help_text=_("When the refresh token was given out; at first, the sign-in."))
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index("customer", "created_at", "id", name="sessions_of_customer")]

    def __str__(self) -> str:
        return f"{self.device_name or '?'} ({self.id})"


class SignUp(models.Model):
    """Somebody who asked for an account and has not yet shown that the address is theirs. Nobody's until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=64)
    email = models.EmailField()
    phone = PhoneNumberField(null=True)
    password = models.CharField(max_length=255)
    name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Code(models.Model):
    """A six-digit code sent to an address to show that whoever enters it reads what is sent there."""

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up"
        EMAIL_CHANGE = "email_change"

    class Channel(models.TextChoices):
        EMAIL = "email"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=32, choices=Purpose.choices)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    address = models.CharField(max_length=254)
    subject_id = models.UUIDField(help_text="What the code is for: the id of the sign-up or the customer.")
    code_hash = models.CharField(max_length=64)
    tries_left = models.PositiveSmallIntegerField()
    sends_left = models.PositiveSmallIntegerField(help_text="How many more codes may be sent in place of this one.")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("purpose", "subject_id", name="one_code_for_a_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.id})"


class PasswordReset(models.Model):
    """A link that lets whoever reads the customer's mail set a new password, once. Of its token a hash is kept.

    Without a customer it stands for an address that nobody has here: asking for it must take as long as for any other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="password_resets")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class ServiceKey(models.Model):
    """A key by which the system of a kitchen, a warehouse or of couriers comes in. Of the key itself a hash is kept.

    `branch_ids` names branches by id, because the catalog stands beside accounts and not below; none means all.
    """

    class Scope(models.TextChoices):
        STATUS = "status", _("report statuses")
        DELAY = "delay", _("report delays")
        STOCK = "stock", _("report stock counts")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(
        _("name"), max_length=100, help_text=_("Stands in the log of what it did: “kitchen Mitte”, say.")
    )
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices))
    branch_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False, help_text=_("To the minute."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("service key")
        verbose_name_plural = _("service keys")
        constraints = [
            models.UniqueConstraint("name", condition=Q(revoked_at__isnull=True), name="service_key_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="service_key_named"),
            models.CheckConstraint(condition=Q(key_hash__regex="^[0-9a-f]{64}$"), name="service_key_hashed"),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0, scopes__contained_by=["status", "delay", "stock"]),
                name="service_key_scopes_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="service_key_expires_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name
