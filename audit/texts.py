"""
What PostgreSQL can hold of any text: neither NUL nor half a character (a lone surrogate).

The log takes down what was asked for even where that can be stored nowhere else; such a character
becomes U+FFFD there. Commands refuse it instead.
"""

import re

# One escape of a JSON text; a pair of surrogates is one character.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|u\w{4}|.)")
_HALF = re.compile(r"\\u(?:0000|[dD][89a-fA-F]\w\w)")


def storable(text: str) -> str:
    """Return `text` with U+FFFD in place of what cannot be stored."""
    whole = text.replace("\x00", "\ufffd")
    try:
        whole.encode()
    except UnicodeEncodeError:
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole


def storable_json(text: str) -> str:
    """Do the same to a JSON text, in which such characters stand as escapes."""
    if "\\u0000" not in text and "\\ud" not in text:
        return text
    return _ESCAPE.sub(lambda escape: "\\ufffd" if _HALF.fullmatch(escape[0]) else escape[0], text)
