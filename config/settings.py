"""All settings, in sections. The environment is read here and nowhere else."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.stack import state

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Everything that is kept on this machine: embedded database, broker, generated secret.
STATE_DIR = Path(env.str("WHEELHOUSE_STATE", default=str(BASE_DIR / ".wheelhouse"))).resolve()

# --- Security -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# Given, or made once and kept in the state folder; several machines need the same one.
SECRET_KEY = env.str("SECRET_KEY", default="") or state.secret(STATE_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Behind a proxy that speaks HTTPS and sets X-Forwarded-Proto itself.
HTTPS = env.bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Nothing inline, nothing from elsewhere: text that a record holds can never become a script.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The admin's look is Alpine's, which compiles expressions and styles as it goes.
SECURE_CSP_ADMIN = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}
AUTH_USER_MODEL = "crm.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: nobody is granted anything without a log-in
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

# --- Apps ---------------------------------------------------------------------------------------
# Ours, highest first: each may import only the ones after it.
LAYERS = ["agents", "approvals", "pipelines", "crm", "audit"]
INSTALLED_APPS = [
    "config",
    *reversed(LAYERS),  # lowest first: what one registers at start-up, the next finds
    "unfold.apps.BasicAppConfig",  # its look; the site is ours
    "config.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.security.admin_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm.middleware.actor",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "crm.context.may",
            ],
        },
    }
]

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "agents.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Wheelhouse",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "CONTACT": {"name": "Whoever runs this instance"},
    "SERVERS": [{"url": "/"}],
    "POSTPROCESSING_HOOKS": ["agents.api.schema.finish", "config.health.describe"],
}

# --- Database -----------------------------------------------------------------------------------
# PostgreSQL only: constraints, triggers, row-level security and SKIP LOCKED are part of the design.
# Two roles: `default` serves and can neither alter tables nor touch the ledger; `owner` migrates.
# Where a serving URL is given without an owner's (the web process), there is no `owner` at all.
SOCKETS = state.sockets(STATE_DIR)
EMBEDDED_DATABASE = not env.str("DATABASE_URL", default="")


def database(variable: str, *, role: str) -> dict[str, Any]:
    """Read a database's URL (a percent-encoded host is a folder of sockets), or take our own."""
    url = env.str(variable, default="")
    if not url:
        ours = {"HOST": str(SOCKETS), "NAME": "wheelhouse", "USER": role}
        return {"ENGINE": "django.db.backends.postgresql", **ours}
    host = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    sockets = {"HOST": unquote(host)} if host.lower().startswith("%2f") else {}
    if not url.startswith(("postgres://", "postgresql://", "psql://", "pgsql://")):
        raise ImproperlyConfigured(
            f"{variable} leads to no PostgreSQL; write postgres://user:password@host:5432/name."
        )
    return env.db_url_config(url) | sockets


DATABASES = {"default": database("DATABASE_URL", role="wheelhouse_app")}
if EMBEDDED_DATABASE or env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = database("DATABASE_OWNER_URL", role="wheelhouse_owner")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted database costs no request
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "server_side_binding": True,
    "prepare_threshold": 3,
}
# The web server's alone (config/wsgi.py puts it in), for each of its processes; seconds to wait
# for a free connection. Commands and workers have one thread, and neither fork nor end well with
# a pool.
DATABASE_POOL = {"min_size": 1, "max_size": 8, "timeout": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# --- Broker and workers ---------------------------------------------------------------------------
# The broker carries; what must not be lost is a row.
EMBEDDED_BROKER = not env.str("REDIS_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="") or f"unix://{quote(str(SOCKETS))}/valkey.sock?db=0"
if not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL should read like redis://host:6379/0.")
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace(
    "?db=", "?virtual_host="
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 660,  # seconds; above the longest task
    "unacked_restore_interval": 5,  # seconds between looks for work of a worker that died
    "unacked_restore_throttle": 1,  # at every one of them
    "socket_connect_timeout": 2,  # seconds
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}  # the sweeper is next
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 540  # seconds
CELERY_TASK_TIME_LIMIT = 600  # seconds
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BEAT_MAX_LOOP_INTERVAL = 5  # seconds; the clock's heartbeat too
CELERY_BEAT_SCHEDULER = "config.celery.Clock"
CELERY_BEAT_SCHEDULE = {
    # Nudges make it sooner; this makes it certain.
    "deliver-pending": {
        "task": "audit.tasks.deliver_pending",
        "schedule": 5.0,  # seconds
        "options": {"expires": 5},  # seconds: the next is on its way
    },
    "expire-approvals": {"task": "approvals.tasks.expire_due", "schedule": 60.0},  # seconds
    "forget-read": {"task": "agents.tasks.forget_read", "schedule": 3600.0},  # seconds
    # Nudges make it sooner; this takes up what a killed worker left.
    "advance-jobs": {
        "task": "agents.tasks.advance_jobs",
        "schedule": 5.0,  # seconds
        "options": {"expires": 5},  # seconds: the next is on its way
    },
    "fold-totals": {
        "task": "pipelines.totals.fold",
        "schedule": 20.0,  # seconds
        "options": {"expires": 20},  # seconds: the next is on its way
    },
    "recount-large-boards": {
        "task": "pipelines.insight.kept.recount",
        "schedule": 300.0,  # seconds
        "options": {"expires": 300},  # seconds: the next is on its way
    },
    "forget-calls": {"task": "agents.tasks.forget_calls", "schedule": 3600.0},  # seconds
    "forget-talk": {"task": "agents.tasks.forget_talk", "schedule": 3600.0},  # seconds
    "send-emails": {
        "task": "crm.outbox.send_due",
        "schedule": 15.0,  # seconds
        "options": {"expires": 15},  # seconds: the next is on its way
    },
}

# --- Models ---------------------------------------------------------------------------------------
# As LiteLLM names them, with keys as it wants them, such as OPENAI_API_KEY. Without one the
# product's own planner answers.
WHEELHOUSE_MODEL = env.str("WHEELHOUSE_MODEL", default="") or "local/planner"
WHEELHOUSE_FALLBACK_MODEL = env.str("WHEELHOUSE_FALLBACK_MODEL", default="")
# Organizations name models of their own in Settings. What seals their keys: the first secret seals,
# the others only open what was sealed before (then: manage.py reseal_keys).
SEALING_SECRETS = env.list("SEALING_SECRETS", default=[]) or [SECRET_KEY]
# Hosts in a private network at which organizations may name a server of their own: localhost,
# 10.0.0.7, models.internal. Any other leads to the web, by https.
WHEELHOUSE_MODEL_HOSTS = env.list("WHEELHOUSE_MODEL_HOSTS", default=[])
# How long a model may take, until it says something and until it has said all.
MODEL_TIMEOUT_SECONDS = env.int("MODEL_TIMEOUT_SECONDS", default=120)
# How long a worker holds a job after each step; longer than any model may take to answer.
JOB_HOLD_SECONDS = env.int("JOB_HOLD_SECONDS", default=MODEL_TIMEOUT_SECONDS + 30)
# How long a request over the API waits for a turn to be answered.
REPLY_WAIT_SECONDS = env.int("REPLY_WAIT_SECONDS", default=50)

# --- Mail -----------------------------------------------------------------------------------------
# smtp+tls://user:password@host:587; without it nothing leaves this machine, and the outbox page is
# all there is to see.
EMAIL_URL = env.str("EMAIL_URL", default="")


def mailer(url: str) -> dict[str, Any]:
    """Read a mail server's URL; "" is none."""
    if not url:
        return {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    if not url.startswith(("smtp://", "smtp+tls://", "smtp+ssl://")):
        raise ImproperlyConfigured("EMAIL_URL should read like smtp+tls://user:password@host:587.")
    read = env.email_url_config(url)
    options = {
        "host": read["EMAIL_HOST"],
        "port": read["EMAIL_PORT"],
        "username": read["EMAIL_HOST_USER"],
        "password": read["EMAIL_HOST_PASSWORD"],
        "use_tls": read.get("EMAIL_USE_TLS", False),
        "use_ssl": read.get("EMAIL_USE_SSL", False),
        "timeout": 30,  # seconds; well below a task's
    }
    return {"BACKEND": read["EMAIL_BACKEND"], "OPTIONS": options}


MAILERS = {"default": mailer(EMAIL_URL)}
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="wheelhouse@localhost")
# How long an e-mail is held before it goes out, so that it can be recalled.
EMAIL_HOLD_MINUTES = env.int("EMAIL_HOLD_MINUTES", default=5)

# --- Logging --------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "config.logs.OneLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "celery.worker.strategy": {"level": "WARNING"},  # a line per task received
        "celery.app.trace": {"level": "WARNING"},  # and per task done
        "celery.beat": {"level": "WARNING"},  # and per task due
        "LiteLLM": {"level": "WARNING"},  # and per answer of a model
        "httpx": {"level": "WARNING"},  # and per request for one
    },
}


# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
# The product's business clock stands still here, for reproducible runs (RFC 3339).
FROZEN_NOW = env.str("FROZEN_NOW", default="")
try:
    datetime.fromisoformat(FROZEN_NOW or "2000-01-01")
except ValueError:
    raise ImproperlyConfigured("FROZEN_NOW should read like 2026-11-22T18:40:00Z.") from None

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Names carry a digest of the content, so that browsers keep files for ever.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
try:
    PORT = int(env.str("PORT", default="") or 8000)
except ValueError:
    raise ImproperlyConfigured("PORT should be a number, such as 8000.") from None

# --- The console's look -------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Wheelhouse",
    "SITE_HEADER": "Wheelhouse",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "config.console.get_favicon"}
    ],
}
