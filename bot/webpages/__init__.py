"""What the pages on the web have in common: one look, headers that let nothing else in, the language of whoever reads."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from messages import Voice

TEMPLATES = Path(__file__).with_name("templates")
STYLE = (TEMPLATES / "style.css").read_text(encoding="utf-8")
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
"""By which a browser knows this style from any other (w3.org/TR/CSP3, "hash-source")."""
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def rendered(template: str, voice: Voice, say: Callable[[str], str], **told: Any) -> str:
    """The page that this template makes; `say` words it."""
    return _templates().get_template(template).render(lang=voice.locale, say=say, style=Markup(STYLE), **told)


def html(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, HEADERS)


def spoken(request: Request) -> Voice:
    """In which of our languages, for whoever we do not know: the first that their browser names."""
    named = request.headers.get("accept-language", "").lower().replace(";", ",").split(",")
    known = [language.strip()[:2] for language in named if language.strip()[:2] in ("fr", "en")]
    return Voice("en" if known[:1] == ["en"] else "fr", "vous")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
