"""Every setting of the product, read from the environment.

A file `env` in the data folder, written by `make run`, stands in for the environment in development; a real
variable always wins over it. Without SECRET_KEY, DATABASE_URL and ALLOWED_HOSTS from one of the two nothing starts.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customerbackend.limits import read_limits
from customerbackend.logs import logging_config
from customerbackend.navigation import page

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / os.environ.get("DATA_DIR", ".data")

env = environ.Env()
if (DATA_DIR / "env").is_file():
    environ.Env.read_env(DATA_DIR / "env")

missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS") if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured(
        f"Set {', '.join(missing)} in the environment (for development: `make run` does it, in {DATA_DIR / 'env'})."
    )

# Read directly: django-environ would take a secret that starts with "$" for the name of another variable.
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
HTTPS = env.bool("HTTPS", True)
PUBLIC_URL = env.str("PUBLIC_URL", "https://localhost").rstrip("/")
NUM_PROXIES = env.int("NUM_PROXIES", 0)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "customerbackend",
    "notifications",
    "accounts",
    "catalog",
    "orders",
    "payments",
]

MIDDLEWARE = [
    "customerbackend.middleware.RequestMiddleware",
    "customerbackend.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "customerbackend.middleware.PageSecurityPolicyMiddleware",
    "customerbackend.middleware.AdminSessionMiddleware",
    "customerbackend.middleware.AdminLocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "customerbackend.middleware.AdminAuthenticationMiddleware",
    "customerbackend.middleware.AdminMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "customerbackend.urls"
WSGI_APPLICATION = "customerbackend.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A branch's day begins at 05:00 by default; around that minute Django would take it for a moment that was meant as now.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- The database -------------------------------------------------------------------------------------------------

DATABASE_PREPARE = env.bool("DATABASE_PREPARE", True)
try:
    if os.environ["DATABASE_URL"].partition("://")[0] not in ("postgres", "postgresql"):
        raise ValueError("another kind of address")
    DATABASES = {"default": env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")}
except (ValueError, environ.ImproperlyConfigured) as fault:
    raise ImproperlyConfigured(
        "DATABASE_URL is not an address of the form postgres://user:password@host/name."
    ) from fault
if not DATABASES["default"].get("NAME"):
    raise ImproperlyConfigured("DATABASE_URL names no database: postgres://user:password@host/name is expected.")
DATABASES["default"]["CONN_MAX_AGE"] = None
# A server that vanished without a word is noticed within half a minute, not after the system's hours.
for option, seconds in {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}.items():
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(option, seconds)
DATABASES["default"]["OPTIONS"].setdefault("tcp_user_timeout", 30_000)  # milliseconds
if DATABASE_PREPARE:
    # A process that froze or lost its network inside a transaction gives its locks and claims back after 30 seconds.
    # PgBouncer refuses start-up options; where it stands between, set this on the database role instead.
    DATABASES["default"]["OPTIONS"].setdefault(
        "options", "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000"
    )

# Where the worker that delivers messages listens, if PgBouncer's transaction mode stands in front of DATABASE_URL.
DATABASE_DIRECT_URL = os.environ.get("DATABASE_DIRECT_URL", "")

# --- Languages, times, money --------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CUSTOMER_TIME_ZONE = env.str("CUSTOMER_TIME_ZONE", "UTC")
CURRENCY = env.str("CURRENCY", "EUR").upper()
COMPANY_NAME = env.str("COMPANY_NAME", "Demo Kitchen")
PHONENUMBER_DEFAULT_REGION = env.str("PHONE_REGION", "DE")
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "E164"

# --- Who you are --------------------------------------------------------------------------------------------------

SESSIONS = "accounts.sessions"
ADDRESSES = "accounts.addresses"
CONTACTS = "accounts.contacts"
BRANCHES = "catalog.branch_names"
ACCESS_TOKEN_SECONDS = env.int("ACCESS_TOKEN_SECONDS", 15 * 60)
SESSION_SECONDS = env.int("SESSION_SECONDS", 24 * 3600)
KEEP_SIGNED_IN_SECONDS = env.int("KEEP_SIGNED_IN_SECONDS", 30 * 24 * 3600)
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Hashing a password takes a whole core for some 30 ms. Each process does so many at once, and lets so many wait for so
# long; whoever comes then is told to try again, so that sign-ins cannot take every thread of the server.
PASSWORD_HASHES_AT_ONCE = env.int("PASSWORD_HASHES_AT_ONCE", 1)
PASSWORD_HASHES_WAITING = env.int("PASSWORD_HASHES_WAITING", 2)
PASSWORD_HASH_WAIT_SECONDS = env.float("PASSWORD_HASH_WAIT_SECONDS", 2.0)
if PASSWORD_HASHES_AT_ONCE < 1:
    raise ImproperlyConfigured("PASSWORD_HASHES_AT_ONCE must be 1 or more: nobody could sign in otherwise.")
# The client's page that a mail about a forgotten password leads to; what is asked for by the link stands after the #.
PASSWORD_RESET_URL = env.str("PASSWORD_RESET_URL", f"{PUBLIC_URL}/password-reset")

# How often something may be tried, in how many seconds; each from a variable such as LIMIT_SIGN_IN_BY_ACCOUNT=5/60.
# What is counted by client address is multiplied by LIMIT_BY_ADDRESS_FACTOR.
LIMITS = read_limits(
    env,
    requests_by_session="1200/60",
    requests_by_address="6000/60",
    requests_by_service_key="6000/60",
    sign_in_by_account="5/60",
    sign_in_by_address="30/60",
    sign_up_by_address="20/3600",
    code_by_email="6/3600",
    code_by_address="60/3600",
    password_reset_by_email="5/3600",
    password_reset_by_address="30/3600",
    password_by_customer="5/60",
    email_change_by_customer="5/3600",
    refresh_by_session="60/60",
    refresh_by_address="600/60",
    export_by_customer="10/3600",
    payment_by_customer="30/600",
    card_setup_by_customer="10/3600",
    report_email_by_customer="10/3600",
    device_by_customer="30/3600",
)

# What a person's export walks in this order, and erasure from its end: modules with `export`, `refusals`, `erase`.
PRIVACY = [
    "accounts.privacy", "orders.privacy", "payments.privacy", "notifications.privacy", "customerbackend.privacy",
]  # fmt: skip

# --- Orders -------------------------------------------------------------------------------------------------------

SCHEDULE_DAYS = env.int("SCHEDULE_DAYS", 7)
CANCELLATION_REFUNDS_ONLINE_PAYMENTS = env.bool("CANCELLATION_REFUNDS_ONLINE_PAYMENTS", False)

# --- Payments -----------------------------------------------------------------------------------------------------

# Read directly, as SECRET_KEY is.
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
STRIPE_PUBLISHABLE_KEY = os.environ.get("STRIPE_PUBLISHABLE_KEY", "")
# Several while one is replaced by the next: an event is taken that any of them has signed.
STRIPE_WEBHOOK_SECRETS = [
    part.strip() for part in os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split(",") if part.strip()
]
STRIPE_QR_METHOD = env.str("STRIPE_QR_METHOD", "")  # empty: the code leads to Stripe's own page
STRIPE_TIMEOUT_SECONDS = env.float("STRIPE_TIMEOUT_SECONDS", 10.0)
STRIPE_API_URL = env.str("STRIPE_API_URL", "https://api.stripe.com").rstrip("/")
# A provider that takes no real money, with a page of its own to pay on.
PAYMENTS_SANDBOX = env.bool("PAYMENTS_SANDBOX", False)
PAYMENT_PROVIDER = "stripe" if STRIPE_SECRET_KEY else "sandbox" if PAYMENTS_SANDBOX else ""
PAYMENT_METHODS = env.list(
    "PAYMENT_METHODS", default=["cash", "terminal", *(["qr", "card"] if PAYMENT_PROVIDER else [])]
)
# How long an order that is to be paid in the app waits for it, with its stock set aside.
PAYMENT_SECONDS = env.int("PAYMENT_SECONDS", 15 * 60)
# When a card's money is taken: at once, or only when cooking starts, so that cancelling before costs no refund.
PAYMENTS_CAPTURE = env.str("PAYMENTS_CAPTURE", "at_once")
if PAYMENTS_CAPTURE not in ("at_once", "at_cooking"):
    raise ImproperlyConfigured("PAYMENTS_CAPTURE is at_once or at_cooking.")

# --- Being told ---------------------------------------------------------------------------------------------------

# Read directly, as SECRET_KEY is. A service account of Firebase, as JSON or the path of a file.
FCM_CREDENTIALS = os.environ.get("FCM_CREDENTIALS", "")
# A token key of Apple, as PEM or the path of a file.
APNS_KEY = os.environ.get("APNS_KEY", "")
APNS_KEY_ID = env.str("APNS_KEY_ID", "")
APNS_TEAM_ID = env.str("APNS_TEAM_ID", "")
APNS_TOPIC = env.str("APNS_TOPIC", "")
APNS_SANDBOX = env.bool("APNS_SANDBOX", False)
VAPID_PRIVATE_KEY = os.environ.get("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", "")
# Which kinds of devices can be pushed to.
PUSH_KINDS = [
    kind
    for kind, needed in {
        "fcm": [FCM_CREDENTIALS],
        "apns": [APNS_KEY, APNS_KEY_ID, APNS_TEAM_ID, APNS_TOPIC],
        "webpush": [VAPID_PRIVATE_KEY, VAPID_SUBJECT],
    }.items()
    if all(needed)
]
PUSH_NOTIFICATIONS_SETTINGS = {
    "WP_PRIVATE_KEY": VAPID_PRIVATE_KEY,
    "WP_CLAIMS": {"sub": VAPID_SUBJECT},
    "WP_ERROR_TIMEOUT": (3.0, 6.0),  # seconds to connect, and to answer
}
# Where kitchen, warehouse and couriers have their services in the company's own network.
WEBHOOKS_TO_PRIVATE_ADDRESSES = env.bool("WEBHOOKS_TO_PRIVATE_ADDRESSES", False)

# --- The API ------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.SessionLives"],
    "DEFAULT_PARSER_CLASSES": ["customerbackend.parsers.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "customerbackend.negotiation.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "customerbackend.schema.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": [],
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": NUM_PROXIES,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "customerbackend.problems.ProblemHandler",
    "NESTED_FIELD_SEPARATOR": "/",
}
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": SECRET_KEY,
    "AUDIENCE": "customerbackend",
    "ISSUER": "customerbackend",
    "LEEWAY": 5,  # clocks of several machines; the expiry itself is checked without it
}
SPECTACULAR_SETTINGS = {
    "TITLE": "customerbackend",
    "VERSION": "1.0.0",
    "DESCRIPTION": "What a food-delivery company's customer app talks to: accounts, menu, orders.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "Allergen": "customerbackend.allergens.Allergen",
        "DeliveryMethod": "orders.models.DeliveryMethod",
        "PushDeviceKind": "notifications.models.devices.Device.Kind",
        "InternalStatus": "orders.statuses.Status",
        "PaymentMethod": "customerbackend.money.PaymentMethod",
        "PaymentState": "orders.models.PaymentState",
        "ReportableStatus": "orders.fulfilment_serializers.REPORTABLE_CHOICES",
        "VisibleStatus": "orders.statuses.VisibleStatus",
    },
    "PREPROCESSING_HOOKS": ["customerbackend.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "customerbackend.schema.problem_as_default_answer",
    ],
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "displayRequestDuration": True},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # of the admin's forms; the API's own limit stands in its parser
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ["accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-none-match",
                      "x-request-id"]  # fmt: skip
CORS_EXPOSE_HEADERS = ["etag", "location", "retry-after", "idempotent-replayed", "x-request-id"]

# --- Mail, files, logs --------------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")

STATIC_URL = "/static/"
# Where collectstatic puts the files in the image; without it they are served from where they stand.
STATIC_ROOT = env.str("STATIC_ROOT", "") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = logging_config(env.str("LOG_LEVEL", "INFO"))
# Collectors whose metrics `/metrics` gives to whoever has the token.
METRICS = ["notifications.metrics.MessagesCollector"]
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

# --- Security -----------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "customerbackend.problems.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Admin --------------------------------------------------------------------------------------------------------

LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
# Lists of apps above `orders` to which an order's page leads: name, model, and the filter that takes the order's id.
LISTS_ABOUT_ORDERS = [
    (_("Payments"), "payments.payment", "order__id"),
    (_("Refunds"), "payments.refund", "payment__order__id"),
]
UNFOLD = {
    "SITE_TITLE": COMPANY_NAME,
    "SITE_HEADER": COMPANY_NAME,
    "SITE_SYMBOL": "restaurant",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("customerbackend/favicon.svg")},
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "LOGIN": {"form": "accounts.staff_sign_in.StaffSignInForm"},
    "DASHBOARD_CALLBACK": "orders.admin.dashboard.describe_today",
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": None,
                "items": [
                    {"title": _("Today"), "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    page(_("Orders"), "receipt_long", "orders.order"),
                    page(_("Ratings"), "star", "orders.rating"),
                ],
            },
            {
                "title": _("Branches"),
                "items": [
                    page(_("Branches"), "storefront", "catalog.branch"),
                    page(_("Paused and busy"), "pause_circle", "catalog.branchstate"),
                    page(_("Stop list"), "block", "catalog.stoplistentry"),
                ],
            },
            {
                "title": _("Menu"),
                "items": [
                    page(_("Products"), "lunch_dining", "catalog.product"),
                    page(_("Categories"), "category", "catalog.category"),
                    page(_("Option groups"), "tune", "catalog.optiongroup"),
                    page(_("Options"), "add_circle", "catalog.option"),
                    page(_("Ingredients"), "grocery", "catalog.ingredient"),
                    page(_("Tax classes"), "percent", "catalog.taxclass"),
                ],
            },
            {
                "title": _("Stock"),
                "items": [
                    page(_("Stock"), "inventory_2", "catalog.stock"),
                    page(_("Movements"), "swap_vert", "catalog.stockmovement"),
                    page(_("Reservations"), "bookmark", "catalog.reservation"),
                ],
            },
            {
                "title": _("Customers"),
                "items": [
                    page(_("Customers"), "group", "accounts.customer"),
                    page(_("Sessions"), "devices", "accounts.session"),
                ],
            },
            {
                "title": _("Money"),
                "items": [
                    page(_("Money at the door"), "payments", "payments.doororder"),
                    page(_("Payments"), "receipt", "payments.payment"),
                    page(_("Refunds"), "undo", "payments.refund"),
                    page(_("Events of providers"), "webhook", "payments.providerevent"),
                ],
            },
            {
                "title": _("Messages"),
                "items": [
                    page(_("Messages"), "mail", "notifications.message"),
                    page(_("Devices"), "smartphone", "notifications.device"),
                    page(_("Deliveries"), "outbox", "notifications.delivery"),
                    page(_("Endpoints"), "webhook", "notifications.endpoint"),
                    page(_("Mailboxes of staff"), "contact_mail", "notifications.mailbox"),
                ],
            },
            {
                "title": _("Staff"),
                "items": [
                    page(_("Staff"), "badge", "accounts.user"),
                    page(_("Groups"), "key", "auth.group"),
                    page(_("Service keys"), "vpn_key", "accounts.servicekey"),
                ],
            },
        ],
    },
}
