"""Django's settings. The environment is read here and nowhere else in the cloud."""

import os
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF

from cloud.club.clubkey import configured
from cloud.desk.people.sessions import AGE
from cloud.desk.statics import version
from cloud.fleet.broker import identity
from cloud.fleet.database import database
from cloud.fleet.mail import mail

BASE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("BASHGAH_CLOUD_DATA", BASE.parent / ".demo" / "cloud"))
"""The folder of the SQLite database and of the secret key."""

NEWEST_CLUB_KEY = os.environ.get("BASHGAH_NEWEST_CLUB_KEY", "")
"""The id of the club key to which cards go over as they are tapped, while it is rotated."""
BROKER_URL = os.environ.get("BASHGAH_BROKER", "mqtt://127.0.0.1:1883")
BROKER_TLS = identity(os.environ.get("BASHGAH_BROKER_TLS", ""))
"""A folder with `authorities.pem`, `certificate.pem` and `key.pem` for an `mqtts://` broker."""
AUTHORITY = Path(os.environ.get("BASHGAH_AUTHORITY", DATA / "authority"))
"""The folder with the sealed keys of the club's own certificate authority."""
AUTHORITY_SECRET = os.environ.get("BASHGAH_AUTHORITY_SECRET", "")
"""Under which they are sealed; only the authority's process and its commands need it."""
BROKER_FILES = Path(os.environ.get("BASHGAH_BROKER_FILES", DATA / "broker"))
"""Where the authority's process writes what the broker reads."""
BROKER_PID = os.environ.get("BASHGAH_BROKER_PID", "")
"""The file with the broker's process id, where the authority's process is to have it read that again."""
BROKER_PUBLIC = os.environ.get("BASHGAH_BROKER_PUBLIC", "mqtts://127.0.0.1:8883")
"""Where kiosks find the broker."""
GATE_FILES = Path(os.environ.get("BASHGAH_GATE_FILES", DATA / "gate"))
"""Where the gate finds its certificate, which the authority's process writes."""
GATE_HOST = os.environ.get("BASHGAH_GATE_HOST", "127.0.0.1")
GATE_PORT = int(os.environ.get("BASHGAH_GATE_PORT", "8443"))
GATE_PUBLIC = os.environ.get("BASHGAH_GATE_PUBLIC", "https://127.0.0.1:8443").rstrip("/")
"""Where kiosks find the gate."""
WEB_HOST = os.environ.get("BASHGAH_WEB_HOST", "127.0.0.1")
WEB_PORT = int(os.environ.get("BASHGAH_WEB_PORT", "8000"))
CLUB_KEY = configured(os.environ.get("BASHGAH_CLUB_KEY", ""))
"""Under which cards are known; without it nobody can join over the HTTP interface."""
SECOND_FACTOR = os.environ.get("BASHGAH_SECOND_FACTOR", "required") != "optional"
"""Whether owners and managers must show a code beside their password; the demo lets them in without."""
HTTPS = os.environ.get("BASHGAH_HTTPS", "") == "1"
"""Whether browsers come over TLS, which a proxy on this machine ends; it says from where they come."""
URL = os.environ.get("BASHGAH_URL", "").rstrip("/")
"""Where people find the pages, for links in what is sent to them: `https://club.example`."""
WEBHOOK_PRIVATE = os.environ.get("BASHGAH_WEBHOOK_PRIVATE") == "1"
"""Whether webhooks may go to private addresses, and without TLS."""
DEFAULT_FROM_EMAIL = os.environ.get("BASHGAH_MAIL_FROM", "")
MAIL = bool(os.environ.get("BASHGAH_SMTP")) and bool(DEFAULT_FROM_EMAIL)
"""Whether e-mail can be sent."""
vars().update(mail(os.environ.get("BASHGAH_SMTP", "")))
DEBUG = False
SECRET_KEY = os.environ.get("BASHGAH_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("BASHGAH_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "cloud.fleet",
    "cloud.club",
    "cloud.voice",
    "cloud.collector",
    "cloud.desk",
    "cloud.api",
]
MIDDLEWARE = [
    "cloud.desk.together.at_most_together",
    "cloud.desk.packing.Packed",
    "cloud.api.middleware.Problems",
    "cloud.desk.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cloud.desk.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cloud.desk.answers.WholePage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "cloud.desk.access.Access",
    "django.contrib.messages.middleware.MessageMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "cloud.urls"
ASGI_APPLICATION = "cloud.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cloud.desk.navigation.navigation",
                "cloud.desk.alarms.badge.badge",
            ],
        },
    },
]
DATABASES = {"default": database(os.environ.get("BASHGAH_DATABASE", ""), DATA)}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "cloud.fleet.logs.JsonLine"},
    },
    "handlers": {
        "line": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("BASHGAH_LOG") == "json" else "plain",
        }
    },
    "loggers": {
        "cloud": {"handlers": ["line"], "level": "INFO", "propagate": False},
        # without it a page that failed would be told to Django's ADMINS only, of whom there are none
        "django.request": {"handlers": ["line"], "level": "ERROR", "propagate": False},
    },
}
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale", *sorted(BASE.glob("desk/*/locale"))]
_PERSIAN = find_spec("persian_admin")
FONTS = Path(_PERSIAN.origin or "").parent / "static/persian_admin/fonts" if _PERSIAN else None
"""Estedad's folder: only the font files of that wheel are used, the app is not installed."""
_HTMX = find_spec("django_htmx")
HTMX = Path(_HTMX.origin or "").parent / "static/django_htmx" if _HTMX else None
STATICFILES_DIRS = [(name, folder) for name, folder in (("fonts", FONTS), ("htmx", HTMX)) if folder]
STATICS = [("", BASE / "desk" / "static"), *((f"{name}/", folder) for name, folder in STATICFILES_DIRS)]
STATIC_URL = f"static/{version(STATICS)}/"
"""A browser keeps what is there for a year and more: what changes has another address."""
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "live"
LOGOUT_REDIRECT_URL = "login"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:  # a name that a browser takes from this host alone, and over TLS alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = int(AGE.total_seconds())
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "cloud.desk.people.passwords.Length"},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
