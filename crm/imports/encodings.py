"""How a file of text is encoded: from its mark, from its bytes, and last by its letters."""

import codecs
import re
from typing import BinaryIO

from charset_normalizer import from_bytes

# A handler for bytes that do not fit: files joined from two programs hold UTF-8 and Windows-1252.
MENDING = "mend_from_windows_1252"
CHUNK = 1024 * 1024
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Letters beyond ASCII that are usual in text of each encoding, the likeliest encoding first.
SIGNS = "–—‘’“”„…€£§°«»·\xa0"
ALPHABETS = {
    "cp1252": "áàâäãåæçéèêëíìîïñóòôöõøœßúùûüýÿÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ¡¿ºª´®©" + SIGNS,
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽäôľĺŕöüßÖÜőűŐŰăâîşţĂÂÎŞŢ" + SIGNS,
    "cp1251": "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯёЁіїєґІЇЄҐ№" + SIGNS,
    "cp1253": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ" + SIGNS,
    "cp1254": "çğıöşüÇĞİÖŞÜâîûáéíóúàèùñäß" + SIGNS,
}
# Here whole words are beyond ASCII; elsewhere single letters are.
OTHER_SCRIPTS = {"cp1251", "cp1253"}
MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# Left out are tab, line feed, form feed, carriage return and the like, and what shifts alphabets.
CONTROLS = re.compile(rb"[\x00-\x08\x10-\x19\x1c-\x1f\x7f]")
HIGH = re.compile(rb"[\x80-\xff]+")


def detect(file: BinaryIO) -> tuple[str, list[str]]:
    """
    Return the name of the file's encoding, and sentences about it that its sender should read.

    Of what is no text in whatever encoding the name is "".

    UTF-8 is believed where the whole file is valid; everything else is an estimate and said.
    """
    file.seek(0)
    top = file.read(64 * 1024)
    for mark, name in MARKS.items():
        if top.startswith(mark):
            return name, []
    if wide := without_mark(top):
        return wide, []
    bad = invalid_utf8(file)
    if bad is None:
        return "utf-8", []
    if len(CONTROLS.findall(top)) > 0.01 * len(top):
        return "", []
    if len(MULTIBYTE.findall(bad)) > 3 * strays(bad):
        return "utf-8", ["A few bytes are not UTF-8; they were read as Windows-1252."]
    name = by_letters(bad)
    return name, [f"The file is not UTF-8; it was read as {codecs.lookup(name).name}."]


def without_mark(top: bytes) -> str:
    """Return UTF-16 with its byte order where every other byte is zero, as in plain Latin text."""
    pairs = len(top) // 2
    if pairs < 2:
        return ""
    high, low = top[0 : 2 * pairs : 2].count(0), top[1 : 2 * pairs : 2].count(0)
    if low > 0.6 * pairs > high:
        return "utf-16-le"
    return "utf-16-be" if high > 0.6 * pairs > low else ""


def invalid_utf8(file: BinaryIO) -> bytes | None:
    """Return the bytes beyond ASCII, with what surrounds them, if the file is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        here = max(0, file.tell() - CHUNK - 1024)
        file.seek(here)
        return file.read(CHUNK + 1024)
    return None


def strays(data: bytes) -> int:
    """Count the bytes beyond ASCII that belong to no UTF-8 character."""
    return sum(len(run) for run in HIGH.findall(MULTIBYTE.sub(b"", data)))


def by_letters(data: bytes) -> str:
    """Return the likeliest encoding of text that is not UTF-8, from its letters beyond ASCII."""
    fits = {name: likeness(data, name) for name in ALPHABETS}
    best = max(fits, key=lambda name: fits[name])
    if fits[best] > 0.5:
        return best
    guess = from_bytes(around(data)).best()
    return guess.encoding if guess else "cp1252"


def likeness(data: bytes, encoding: str) -> float:
    """Return how much of what is beyond ASCII would be usual in this encoding, at most 1."""
    usual = odd = total = 0
    for word in WORD.findall(data):
        beyond = b"".join(HIGH.findall(word)).decode(encoding, errors="replace")
        total += len(beyond)
        usual += sum(letter in ALPHABETS[encoding] for letter in beyond)
        mixed = len(word) > len(beyond)
        if mixed if encoding in OTHER_SCRIPTS else len(beyond) > 2 and not mixed:
            odd += len(beyond)
    return (usual - 0.6 * odd) / total if total else 0.0


def around(data: bytes, limit: int = 32 * 1024) -> bytes:
    """Return the lines of `data` that hold bytes beyond ASCII: only they tell encodings apart."""
    telling = [line for line in data.split(b"\n") if HIGH.search(line)]
    return b"\n".join(telling)[:limit]


def mend(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that do not fit as Windows-1252, or as the replacement character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error(MENDING, mend)
