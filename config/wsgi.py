"""What the web server runs."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
connections.settings["default"]["OPTIONS"]["pool"] = settings.DATABASE_POOL
