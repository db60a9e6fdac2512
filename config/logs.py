"""How a log record looks: one line, and no secret in it."""

import logging
import re

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
        line = " ⏎ ".join(super().format(record).splitlines())
        for pattern, replacement in SECRETS:
            line = pattern.sub(replacement, line)
        return line
