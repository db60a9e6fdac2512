"""How a log record looks: one line, and no secret in it."""

import logging
import re

from django.core.exceptions import PermissionDenied

SECRETS = [
    (re.compile(r"(?i)\b(bearer|token|basic)(\s+)[\w.~+/=-]{8,}"), r"\1\2…"),
    (re.compile(r"(://[^/\s:@]*:)[^@\s/]+@"), r"\1…@"),  # a URL's password
    (re.compile(r"\b(wh[a-z]*_)[A-Za-z0-9_-]{12,}"), r"\1…"),  # our own tokens
    (re.compile(r"(?i)\b(password|secret|api_?key)(['\"]?\s*[:=]\s*)(?!…)[^\s,;)}]+"), r"\1\2…"),
]


class OneLine(logging.Formatter):
    """Level, logger, message and traceback on one line, so that no record forges another."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            # Whom a role keeps out is an answer, not an incident: where it was given is no matter.
            record = logging.makeLogRecord(vars(record) | {"exc_info": None, "exc_text": None})
        line = " ⏎ ".join(super().format(record).splitlines())
        for pattern, replacement in SECRETS:
            line = pattern.sub(replacement, line)
        return line
