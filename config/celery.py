"""The workers' application, and the clock that wakes them."""

import logging
import os
import time
from typing import Any

import redis
from celery import Celery, signals
from celery.beat import Scheduler
from django.db import connections

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)

app = Celery("config.celery")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # for the web server's threads too


@signals.celeryd_init.connect
def keep_connections(**_: Any) -> None:
    """Keep a worker's connection from task to task, checked before each."""
    connections.settings["default"]["CONN_MAX_AGE"] = None


@signals.setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Django's settings have set logging up already; Celery is not to add its own."""


class Clock(Scheduler):
    """Beat with the static schedule, which leaves a heartbeat at every tick."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            broker.beat(time.time())
        except redis.RedisError as error:
            logger.warning("Unable to leave a heartbeat: %s", error)
        return super().tick(*args, **kwargs)
