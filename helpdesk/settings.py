"""One file of settings: typed readers of the environment that fail loudly, safe by default."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from helpdesk.logs import configure_structlog, logging_config
from helpdesk.service_urls import file_store, origins_of, public_store, scanner

BASE_DIR = Path(__file__).resolve().parent.parent


def text(name: str, default: str | None = None) -> str:
    """Value of the environment variable `name`; raises ImproperlyConfigured when it has neither value nor default."""
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(
            f"Set {name} in the environment, or start the embedded stack with `make run`."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """`1/true/yes/on` or `0/false/no/off`; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return default


def number(name: str, default: float) -> float:
    """A number above zero from the environment; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name) or str(default)
    try:
        parsed = float(value)
    except ValueError:
        parsed = 0
    if parsed <= 0:
        raise ImproperlyConfigured(f"{name} must be a number above 0, not {value!r}.")
    return parsed


def database(url: str) -> dict[str, Any]:
    """Django's entry for one libpq address (`postgresql://user@/name?host=/socket/folder`)."""
    parts = conninfo_to_dict(url)
    known = {key: str(parts.pop(key, "") or "") for key in ("dbname", "user", "password", "host", "port")}
    options = (
        "-c statement_timeout=60s -c lock_timeout=15s -c idle_in_transaction_session_timeout=90s -c jit=off"
    )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": options, **parts},
    }


def mail_server(url: str) -> dict[str, Any]:
    """Django's mail settings for `smtp://user:pass@host:port`, `smtps://…` or `…?starttls=1`."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp://user:password@host:port.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parse_qs(parts.query).get("starttls") == ["1"],
    }


def limits(*rates: str) -> str:
    """Rates as allauth writes them (`5/m/ip`), each amount times RATE_LIMIT_SCALE."""
    parts = (rate.partition("/") for rate in rates)
    return ",".join(f"{max(1, int(int(amount) * RATE_LIMIT_SCALE))}/{rest}" for amount, _slash, rest in parts)


DEBUG = flag("DEBUG", default=False)
DEMO = flag("DEMO", default=False)
SECRET_KEY = text("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
RATE_LIMIT_SCALE = number("RATE_LIMIT_SCALE", 1)
BASE_DOMAIN = text("BASE_DOMAIN", "localhost").lower()
PUBLIC_ORIGIN = text("PUBLIC_ORIGIN", f"http://{BASE_DOMAIN}:{text('PORT', '8000')}")
PUBLIC_SCHEME = urlsplit(PUBLIC_ORIGIN).scheme
PUBLIC_PORT = urlsplit(PUBLIC_ORIGIN).port
MAIL_CATCHER_DIR = os.environ.get("MAIL_CATCHER_DIR", "")
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
ALLOWED_HOSTS = ["*"]  # TenantMiddleware knows every host and answers 404 to any other
USE_X_FORWARDED_HOST = False
BEHIND_TLS_PROXY = flag("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "helpdesk.outbox",
    "helpdesk.dev",
    "accounts",
    "helpcenter",
    "tickets",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_prometheus",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "helpdesk.walls",  # last: its post_migrate sees every table
]
MIDDLEWARE = [
    "helpdesk.health.HealthMiddleware",
    "helpdesk.request_log.RequestLogMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer by a random length against BREACH
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.content_policy.ContentPolicyMiddleware",
    "helpdesk.threshold.NulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.TenantMiddleware",
    "accounts.limits.SignInDoorMiddleware",
    "helpdesk.threshold.FormMiddleware",  # before the transaction begins
    "tickets.middleware.FilesFirstMiddleware",  # too
    "accounts.middleware.ScopeMiddleware",
    "helpdesk.sending.SentByPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.PersonLocaleMiddleware",
    "helpdesk.threshold.BodyMiddleware",
    "accounts.middleware.AskSignInMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
PLATFORM_URLCONF = "helpdesk.platform_urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
FORM_RENDERER = "helpdesk.forms.PartsRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "helpdesk.templatetags.parts",
                "helpdesk.templatetags.fields",
                "helpdesk.templatetags.lasting",
                "helpdesk.templatetags.talk",
                "helpdesk.templatetags.rows",
            ],
        },
    }
]

DATABASES = {"default": database(text("DATABASE_URL"))}
OWNER_DATABASE = database(text("OWNER_DATABASE_URL", text("DATABASE_URL")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "helpdesk.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "helpdesk.cache.key_of_tenant",
    }
}
STORAGE_URL = text("STORAGE_URL", f"file://{BASE_DIR / 'var' / 'files'}")
PUBLIC_STORE = public_store(STORAGE_URL)
STORAGES = {
    "default": file_store(STORAGE_URL),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(text("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if (
    "collectstatic" not in sys.argv and not (STATIC_ROOT / "staticfiles.json").exists()
):  # serve the sources as they are
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["accounts.backends.MemberBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique in its tenant, not in the installation
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/tickets/"
LOGOUT_REDIRECT_URL = "/"
CODE_LIFETIME_SECONDS = 600
SIGN_IN_POSTS_PER_MINUTE = max(1, int(90 * RATE_LIMIT_SCALE))  # of one network address, over all tenants
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS_PROXY else 0
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_ADAPTER = "accounts.adapter.TenantAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_LIFETIME_SECONDS
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_LIFETIME_SECONDS
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_LIFETIME_SECONDS
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "request_login_code": "accounts.forms.CodeRequestForm",
    "confirm_login_code": "accounts.forms.SignInCodeForm",
    "confirm_email_verification_code": "accounts.forms.AddressCodeForm",
    "reset_password": "accounts.forms.ResetRequestForm",
    "confirm_password_reset_code": "accounts.forms.ResetCodeForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
}
# Per tenant. A code dies after three wrong tries, so ten codes an hour leave a guesser one chance in 33,000 an hour.
ACCOUNT_RATE_LIMITS = {
    "login": limits("30/m/ip"),
    "login_failed": limits("10/m/ip", "5/300s/key"),
    "signup": limits("20/m/ip"),
    "request_login_code": limits("20/m/ip", "3/m/key", "10/h/key"),
    "reset_password": limits("20/m/ip", "3/m/key", "10/h/key"),
    "reset_password_from_key": limits("20/m/ip"),
    "confirm_email": limits("1/10s/key"),
    "change_password": limits("5/m/user"),
    "reauthenticate": limits("10/m/user"),
}
FRESH_SIGN_IN_SECONDS = 600  # how long after a sign-in its ways may be changed without showing one again
MFA_ADAPTER = "accounts.mfa_adapter.TenantMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a step of 30 seconds before and after, for clocks that are not exact
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 10
MFA_REAUTHENTICATION_REQUIRED = False  # our pages ask by themselves: accounts.fresh

SECURE = PUBLIC_SCHEME == "https"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "accounts.views.interrupted.csrf_failure"
KNOWN_COOKIE_NAME = "__Host-known" if SECURE else "known"  # who signed in here last: accounts.interrupted
LANGUAGE_COOKIE_NAME = "language"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "connect-src": [SELF, *origins_of(PUBLIC_STORE)],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

EMAIL_URL = os.environ.get("EMAIL_URL", "")
EMAIL_TIMEOUT = 20
if EMAIL_URL:
    globals().update(mail_server(EMAIL_URL))
SERVER_EMAIL = DEFAULT_FROM_EMAIL = f"no-reply@{BASE_DOMAIN}"

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}

configure_structlog(DEBUG)
LOGGING = logging_config(DEBUG)
LOGGING_CONFIG = "logging.config.dictConfig"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # DEBUG: one line a request, not two
SCANNER = scanner(os.environ.get("CLAMD_URL", ""))
FILES_PER_MESSAGE = 10
FILE_SIZE_LIMIT = 25 * 1024 * 1024
# Of a recording, which goes straight to an object store that has a public address.
LARGE_FILE_SIZE_LIMIT = int(number("LARGE_FILE_MB", 200) * 1024 * 1024)

# How long a reply of the desk waits, so that its writer can take it back; with 0 it leaves at once.
UNDO_SEND_SECONDS = 10
