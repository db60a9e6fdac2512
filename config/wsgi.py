"""What the web server runs."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
connections.settings["default"]["OPTIONS"]["pool"] = settings.DATABASE_POOL

# What every request needs is here to stay: collecting garbage among it too would keep a request
# waiting for a third of a second now and then.
get_resolver().url_patterns  # noqa: B018  (brings in the views)
gc.collect()
gc.freeze()
