"""What people, and agents, say of a decision in their own words."""

from crm import fields
from crm.fields import FieldError, Unsuitable

LONGEST = 4_000  # characters


def read(text: str, *, name: str) -> str:
    """
    Return `text` without spaces around it.

    :param name: what the text is called where it was given
    :raises FieldError: if it is too long, or cannot be stored
    """
    try:
        return fields.clean_text(text.strip(), longest=LONGEST)
    except Unsuitable as problem:
        raise FieldError({name: str(problem)}) from None
