"""Settings, all read from the environment (or a `.env` file beside manage.py).

The defaults are the safe ones: no debug pages, HTTPS only, no host allowed but those named.
`.env.example` lists every variable with what it does.
"""

import re
import sys
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what a running portal writes: database, uploads, letters; never in git

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- what kind of installation ------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not DEBUG)  # off only where no certificate can be: your own machine
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set: put SECRET_KEY=<50 random characters> into the environment or into .env "
        "(`make run` makes one for your own machine)."
    )
SERVICE_NAME = env.str("SERVICE_NAME", default="Policing in the open")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="consultation@mopac.london.gov.uk")
SECURITY_EMAIL = env.str("SECURITY_EMAIL", default=CONTACT_EMAIL)

# --- apps ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "consult",
    "events",
    "submissions",
    "consult.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # the templates of its widgets, for FORM_RENDERER
    "crispy_forms",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
]

MIDDLEWARE = [
    "events.feeds_http.remembered_feeds",  # before all others: most subscribers ask only whether anything changed
    "events.pages_http.remembered_pages",  # and most visitors see the same page
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "consult.middleware.response_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "consult.middleware_sessions.session_limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "consult.urls"
WSGI_APPLICATION = "consult.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "consult.context_processors.portal",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at the start and waits for others, instead of failing halfway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
        " PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)

# Grows when calendars change; every process of this machine looks at it (docs/adr/0007-calendar-version.md).
CALENDAR_MARKER = Path(env.str("CALENDAR_MARKER", default=str(VAR_DIR / "calendar-changed")))

# --- signing in ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "consult.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "consult.sign_in.StaffBackend",
]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
OTP_TOTP_ISSUER = SERVICE_NAME
OTP_ADMIN_HIDE_SENSITIVE_DATA = True  # nobody reads the keys and recovery codes of others
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page promises an end: trying again does not move it
AXES_LOCKOUT_CALLABLE = "consult.views.sign_in.locked_out"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

# --- cookies, transport, content security (docs/adr/0004-security-headers.md) ---------------------
PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{PREFIX}session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # staff only: residents have no session
STAFF_IDLE_LIMIT = timedelta(hours=2)  # long enough to write; what is typed and not saved is lost
STAFF_SESSION_LIMIT = timedelta(hours=12)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{PREFIX}csrf"
CSRF_COOKIE_AGE = None  # ends with the browser
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # not a cookie without __Host-
CSRF_FAILURE_VIEW = "consult.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the machine that runs us, without a certificate
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    AXES_CLIENT_IP_CALLABLE = "consult.sign_in.address_behind_proxy"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
STATICFILES_DIRS = [BASE_DIR / "build" / "static"]  # compiled from static/ by `make install`
MEDIA_ROOT = env.path("MEDIA_ROOT", default=VAR_DIR / "media")  # served by views that ask who may see it
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- language, time, forms ----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"  # what people read; the database holds UTC
CLOSING_GRACE = timedelta(minutes=30)  # for a view begun before closing; published on every page that asks for one
DRAFT_LIFETIME = timedelta(days=30)  # how long a view that was begun and not sent is kept
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"
CRISPY_TEMPLATE_PACK = "govuk"

# --- letters and tasks --------------------------------------------------------------------------
environ.Env.EMAIL_SCHEMES["notify"] = "consult.mail_notify.NotifyBackend"
try:
    VARS_EMAIL = env.email("EMAIL_URL", default="filemail://" if not DEBUG else "consolemail://")
except (ImproperlyConfigured, ValueError):
    raise ImproperlyConfigured(
        "EMAIL_URL is not understood: write smtp+tls://USER:PASSWORD@HOST:587, notify://, filemail:// or consolemail://."
    ) from None
EMAIL_BACKEND = VARS_EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = VARS_EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = VARS_EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = VARS_EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = VARS_EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = VARS_EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = VARS_EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
EMAIL_FILE_PATH = VAR_DIR / "letters"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", default=f"{SERVICE_NAME} <{CONTACT_EMAIL}>")
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", default="").strip()
NOTIFY_TEMPLATE_ID = env.str("NOTIFY_TEMPLATE_ID", default="").strip()
NOTIFY_URL = env.str("NOTIFY_URL", default="https://api.notifications.service.gov.uk")
if EMAIL_BACKEND.endswith(".NotifyBackend"):
    uuid = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    if not re.fullmatch(rf"\S*-{uuid}-{uuid}", NOTIFY_API_KEY):
        raise ImproperlyConfigured(
            "NOTIFY_API_KEY is not set or not whole: EMAIL_URL=notify:// needs a key of GOV.UK Notify, as shown once "
            "when it is made under API integration (NAME-SERVICE-SECRET, the last two with 36 characters each)."
        )
    if not re.fullmatch(uuid, NOTIFY_TEMPLATE_ID):
        raise ImproperlyConfigured(
            "NOTIFY_TEMPLATE_ID is not set or not an ID: EMAIL_URL=notify:// needs an e-mail template of GOV.UK Notify "
            "with the subject ((subject)) and the message ((body)); its ID stands below the template."
        )
    if not re.fullmatch(r"https?://[^/\s]+/?", NOTIFY_URL):
        raise ImproperlyConfigured("NOTIFY_URL is not an address: leave it out, or write https://HOST.")
TASK_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
if env.str("TASKS", default="database") not in TASK_BACKENDS:
    raise ImproperlyConfigured("TASKS must be `database` (a worker sends letters) or `immediate` (at once, to try).")
TASKS = {"default": {"BACKEND": TASK_BACKENDS[env.str("TASKS", default="database")]}}
LETTER_LIFETIME = timedelta(days=14)  # what cannot be delivered is tried for so long; then its address is forgotten
EVENT_LETTERS_A_DAY = 10  # to one address that is not confirmed, or not by who asks: over all meetings,
EVENT_LETTERS_A_MEETING = 5  # and about one; what comes after waits until the next day
EVENT_CONFIRM_TIME = timedelta(hours=48)  # how long a link to confirm an address holds
EVENT_OFFER_TIME = timedelta(hours=24)  # to take a place from the waiting list,
EVENT_LAST_OFFER = timedelta(hours=2)  # and at the latest this long before the meeting starts
EVENT_FORGET_DAYS = env.int("EVENT_FORGET_DAYS", default=90)  # after a meeting: who came is forgotten
if EVENT_FORGET_DAYS < 1:
    raise ImproperlyConfigured("EVENT_FORGET_DAYS must be 1 or more: people who are still to come are not forgotten.")

# --- log: what happened, never to whom ----------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"utc": {"()": "consult.log.UtcFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "utc", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # What GOV.UK Notify answers may hold an address; consult/mail.py logs the kind of it.
    "loggers": {"axes": {"level": "ERROR"}, "notifications_python_client": {"level": "ERROR"}},
}
