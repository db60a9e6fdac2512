"""What manage.py must know before settings are read: where the state is."""

from collections.abc import Sequence

# Commands that never ask the database, or bring it up themselves.
NEED_NO_DATABASE = {
    *("check_stack", "collectstatic", "compilemessages", "diffsettings", "findstatic"),
    *("help", "makemessages", "startapp", "up", "version", "--version"),
}
# Commands that look at models or migrations, and must find the tables as they are.
NEED_NO_TABLES = {
    *("check", "dbshell", "makemigrations", "migrate", "optimizemigration", "showmigrations"),
    *("sqlmigrate", "squashmigrations"),
}


def state_in(argv: Sequence[str]) -> str | None:
    """Return the folder that `up --state FOLDER` names."""
    if list(argv[1:2]) != ["up"]:
        return None
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        if word == "--state":
            return following
        if word.startswith("--state="):
            return word.removeprefix("--state=")
    return None


def need_database(argv: Sequence[str]) -> bool:
    asks_for_help = {"--help", "-h"} & set(argv)
    return len(argv) > 1 and not asks_for_help and argv[1] not in NEED_NO_DATABASE


def need_tables(argv: Sequence[str]) -> bool:
    return need_database(argv) and argv[1] not in NEED_NO_TABLES
