"""All settings, in sections. The environment is read here and nowhere else."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ

from config.stack import state

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Everything that is kept on this machine: embedded database, broker, generated secret.
STATE_DIR = Path(env.str("WHEELHOUSE_STATE", default=str(BASE_DIR / ".wheelhouse"))).resolve()

# --- Security -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
AUTH_USER_MODEL = "crm.User"
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
    *LAYERS,
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
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
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------
# PostgreSQL only: constraints, triggers, row-level security and SKIP LOCKED are part of the design.
# Two roles: `default` serves and can neither alter tables nor touch the ledger; `owner` migrates.
# Where a serving URL is given without an owner's (the web process), there is no `owner` at all.
SOCKETS = state.sockets(STATE_DIR)
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")


def database(url: str, *, role: str) -> dict[str, Any]:
    """Read a database URL (a percent-encoded host is a folder of sockets), or take our own."""
    if not url:
        ours = {"HOST": str(SOCKETS), "NAME": "wheelhouse", "USER": role}
        return {"ENGINE": "django.db.backends.postgresql", **ours}
    parsed = env.db_url_config(url)
    host = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    return parsed | ({"HOST": unquote(host)} if host.lower().startswith("%2f") else {})


DATABASES = {"default": database(DATABASE_URL, role="wheelhouse_app")}
if DATABASE_OWNER_URL or not DATABASE_URL:
    DATABASES["owner"] = database(DATABASE_OWNER_URL, role="wheelhouse_owner")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted database costs no request
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
    "server_side_binding": True,
    "prepare_threshold": 3,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
# The product's business clock stands still here, for reproducible runs (RFC 3339).
FROZEN_NOW = env.str("FROZEN_NOW", default="")

# --- Static files -------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
