"""The one settings file: the environment decides, and a fresh clone needs none of it."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .background import huey_from_url
from .csp import POLICY
from .logs import logging_to_stderr
from .passwords import VALIDATORS
from .sentry import report_errors_to
from .static import storages

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# `serve` keeps these from its children, so that they read the file as it is when they start.
READ_FROM_FILE = set(os.environ)
env.read_env(BASE_DIR / ".env")
READ_FROM_FILE = set(os.environ) - READ_FROM_FILE

# A clone runs at once; wsgi.py, which only servers import, turns this off unless told otherwise.
DEBUG = env.bool("DEBUG", default=True)


def required(name: str, *, development: str, hint: str) -> str:
    """The variable's value; outside DEBUG, stop with a sentence when it is missing."""
    value: str = env.str(name, default=development if DEBUG else "")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment or in .env: {hint}")
    return value


SECRET_KEY = required(
    "SECRET_KEY",
    development="insecure-for-development-only",
    hint="a long random string, for example from `python manage.py generate_keys`.",
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_ENCRYPTION_KEYS = required(
    "FIELD_ENCRYPTION_KEYS",
    development="aW5zZWN1cmUtZm9yLWRldmVsb3BtZW50LW9ubHktISE=",
    hint="Fernet keys separated by commas, newest first, from `python manage.py generate_keys`.",
).split(",")
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS",
    development="localhost,127.0.0.1,[::1]",
    hint="the host names this site answers to, separated by commas.",
).split(",")
# Workers have no request to take the address from: every link they write starts with this.
SITE_URL = required(
    "SITE_URL",
    development="http://localhost:8000",
    hint="the address people open, such as https://books.example.com.",
).rstrip("/")

INSTALLED_APPS = [
    "portal",
    "integrations",
    "integrations.zoho",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "huey.contrib.djhuey",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "books_cliq.logs.identified",
    "books_cliq.health.monitored",
    "books_cliq.metrics.measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.unkept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.user_preferences",
    "portal.middleware.LedToSecondFactor",
    "portal.middleware.without_nul",
]
ROOT_URLCONF = "books_cliq.urls"
WSGI_APPLICATION = "books_cliq.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.templatetags.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.books",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With Django's defaults, writers that meet fail at once instead of waiting for each other.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Each thread keeps its connection: a new one takes longer than most pages ask. DATABASE_URL may
    # say otherwise, as it must behind PgBouncer; see docs/operations.md.
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
# Counts of who comes too often; a cache of each process would count for that process only. What
# is counted up starts its time anew there: longer than any window, or the count would be lost.
COUNTED_IN = "dbcache://books_cache?max_entries=20000&timeout=3600"
CACHES = {"default": env.cache_url("CACHE_URL", default=COUNTED_IN)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# An instance, because Huey's dict setting runs tasks inside requests under DEBUG.
HUEY = huey_from_url(env.str("HUEY_URL", default=f"sqlite:///{BASE_DIR}/huey.sqlite3"))

# Sign-in: by e-mail; nobody signs up, admins invite.
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = VALIDATORS
SESSION_ENGINE = "portal.sessions"  # encrypted: a mailed code stands there while it is awaited
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "portal.accounts.InvitationOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_DISPLAY = "portal.accounts.display_name"
ACCOUNT_SESSION_REMEMBER = ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# To whoever has no account here, nothing is sent: they could not sign up anyway.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
SOCIALACCOUNT_ADAPTER = "portal.accounts.LinkedAccountsOnly"
# A browser left open changes nothing about how its owner signs in; they hear of what is changed.
ACCOUNT_REAUTHENTICATION_REQUIRED = ACCOUNT_EMAIL_NOTIFICATIONS = True
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = False  # Zoho asks, before an account is linked.
MFA_ADAPTER, MFA_TOTP_ISSUER = "portal.second_factors.SecondFactors", "Books"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True

# Zoho: the client registered in Zoho's API console, and where it is registered.
ZOHO_CLIENT_ID = env.str("ZOHO_CLIENT_ID", default="")
ZOHO_CLIENT_SECRET = env.str("ZOHO_CLIENT_SECRET", default="")
DATA_CENTRES = ("us", "eu", "in", "au", "jp", "ca", "sa", "uk", "cn")
ZOHO_CLIENT_SECRETS = {
    data_centre: secret
    for data_centre in DATA_CENTRES
    if (secret := env.str(f"ZOHO_CLIENT_SECRET_{data_centre.upper()}", default=""))
}
ZOHO_REGION = env.str("ZOHO_REGION", default="us")
# *Sign in with Zoho* is offered where the client is registered.
SOCIALACCOUNT_PROVIDERS = {
    "zoho": {"APPS": [{"client_id": ZOHO_CLIENT_ID}] if ZOHO_CLIENT_ID else []}
}
CLIQ_SANDBOX_URL = env.str("CLIQ_SANDBOX_URL", default="").rstrip("/")
# How much faster than the clock Cliq's minutes pass; only a sandbox keeps to anything but 1.
CLIQ_TIME_SCALE = env.float("CLIQ_TIME_SCALE", default=1.0)
# How long a whole answer of Zoho may take, counted from the moment the request has left.
CLIQ_ANSWER_SECONDS = env.float("CLIQ_ANSWER_SECONDS", default=15.0)
DELIVERY_LOG_DAYS = env.int("DELIVERY_LOG_DAYS", default=90)  # the worker forgets older ones
TRACE_DAYS = env.int("TRACE_DAYS", default=90)  # so long, it keeps addresses of visits and letters
# Without a mail server, a clone prints its e-mails.
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Books <books@localhost>")
# The demo's mailbox page and test payments never exist in production unless asked for.
DEMO = env.bool("DEMO", default=False)
PAYMENTS_TEST_PROVIDER = env.bool("PAYMENTS_TEST_PROVIDER", default=DEBUG or DEMO)
# A server that stands in for Stripe, in tests.
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
# Beside our own catalogue, our words for what django-allauth says in English.
LOCALE_PATHS = [BASE_DIR / "books_cliq" / "locale", BASE_DIR / "books_cliq" / "words"]
TIME_ZONE = "UTC"
# Folders with more fonts for PDFs, for letters that those in portal/pdf/fonts lack.
PDF_FONT_PATH = env.list("PDF_FONT_PATH", default=[])

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = storages(is_development=DEBUG, is_demo=DEMO)

# What a form may send besides files: 200 lines of a document have 1,600 fields, and a list of
# customers comes back after its preview.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000  # bytes

# Transport: everything that depends on HTTPS follows the address people open.
IS_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True  # Forms carry the token; no script reads the cookie.
if IS_HTTPS:
    # Browsers take such cookies from this very host only, over HTTPS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=IS_HTTPS)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = 0
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Or everybody would come from the proxy's address, and one guesser would lock out all.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
# `no-referrer` would make Chromium send `Origin: null`, and every form fail its CSRF check.
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = POLICY

# How operators watch it.
LOGGING = logging_to_stderr(
    env.str("LOG_LEVEL", default="INFO"), is_json=env.bool("LOG_JSON", default=False)
)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    report_errors_to(SENTRY_DSN)
