"""What people see: colours that can be read, pages under a strict policy, honest vendoring."""

import hashlib
import re
from itertools import product

import pytest
from django.conf import settings
from django.template.loader import get_template

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
VENDOR = STATIC / "vendor"

HEX = r"#([0-9a-f]{6})"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        rf"--([a-z-]+): light-dark\({HEX}, {HEX}\)", (STATIC / "css" / "tokens.css").read_text()
    )
}

SURFACES = ["paper", "surface", "sunken", "raised", "hover"]
READABLE = [
    *product(["ink", "ink-soft", "ink-quiet", "accent"], SURFACES),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-deep"),
    *product(["accent-deep", "ink", "ink-soft"], ["accent-wash"]),
    *product(["brass", "ink", "ink-soft", "accent"], ["brass-wash"]),
    *product(["good", "ink", "accent"], ["good-wash"]),
    *product(["bad", "ink", "ink-soft"], ["bad-wash"]),
    *product(["good", "bad"], ["surface"]),
]
# What outlines a control or the focus is seen, not read.
OUTLINES = [*product(["line-firm", "accent"], ["paper", "surface"])]


def luminance(colour: str) -> float:
    """Return the relative luminance WCAG 2 defines, 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dim, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), READABLE, ids="-on-".join)
def test_text_can_be_read(text, ground, scheme):
    assert contrast(TOKENS[text][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("outline", "ground"), OUTLINES, ids="-on-".join)
def test_outlines_can_be_seen(outline, ground, scheme):
    assert contrast(TOKENS[outline][scheme], TOKENS[ground][scheme]) >= 3


def test_every_colour_a_stage_may_have_is_drawn():
    from pipelines.models import Colour

    tokens = (STATIC / "css" / "tokens.css").read_text()
    assert {c.value for c in Colour} == set(re.findall(r'data-colour="([a-z]+)"', tokens))


def test_vendored_files_are_the_ones_written_down():
    listed = dict(
        re.findall(
            r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text(), re.M
        )
    )
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "README.md"
    }
    assert found == listed


PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("page", PAGES)
def test_templates_say_what_they_need(page):
    first = (TEMPLATES / page).read_text().splitlines()[0]

    assert re.match(r"\{# .*Context: .* #\}", first)
    get_template(page)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_inline(page):
    """The content security policy lets no inline script, style or handler run."""
    text = (TEMPLATES / page).read_text()
    inline = r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)|js:|hx-trigger=\"[^\"]*\["

    assert not re.search(inline, text)
    assert "|safe" not in text


FOREIGN = r"src=\"(https?:)?//|<link[^>]*href=\"(https?:)?//|@import|url\("


def test_no_page_loads_from_elsewhere():
    ours = [*TEMPLATES.rglob("*.html"), *STATIC.glob("css/*"), *STATIC.glob("js/*")]
    for path in ours:
        assert not re.search(FOREIGN, path.read_text()), path


def test_stylesheets_and_scripts_stay_short():
    for path in [*STATIC.glob("css/*"), *STATIC.glob("js/*")]:
        assert len(path.read_text().splitlines()) <= 300, path
