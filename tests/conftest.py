"""The tests' ground: real databases. (`tests/databases.py` says how.)"""

import pytest
from django.conf import settings

from tests.databases import committed, django_db_setup

pytest_plugins = ["tests.cast"]

__all__ = ["committed", "django_db_setup"]


def pytest_configure() -> None:
    """Hash the cast's passwords quickly, and serve static files from where they are written."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that would truncate tables: the ledger forbids it, and rows would stay."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        truncates = marker is not None and (marker.kwargs.get("transaction") or marker.args)
        if truncates or {"transactional_db", "live_server"} & set(
            getattr(item, "fixturenames", [])
        ):
            raise pytest.UsageError(
                f"{item.nodeid} asks for transaction=True, which empties tables by TRUNCATE; "
                "use the fixture `committed` instead."
            )
