"""The rich_text block: sections, lists, quotes and preformatted text, and what they hold."""

from __future__ import annotations

from sandbox.blockkit import forms
from sandbox.blockkit.kinds import Among, Bool, ByType, Field, Int, ListOf, Shape, Str, may, need, typed

PAGE = "block-kit/blocks/rich-text-block"

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = Shape(PAGE, {name: may(Bool()) for name in _STYLES})


def _leaf(**fields: Field) -> Shape:
    return typed(PAGE, style=may(_STYLE), **fields)


_TEXT = _leaf(text=need(Str()))
_LINK = _leaf(url=need(forms.LINK), text=may(Str()), unsafe=may(Bool()))
LEAVES = ByType(
    {
        "text": _TEXT,
        "link": _LINK,
        "user": _leaf(user_id=need(forms.USER)),
        "usergroup": _leaf(usergroup_id=need(forms.USERGROUP)),
        "channel": _leaf(channel_id=need(forms.CHANNEL)),
        "team": _leaf(team_id=need(forms.TEAM)),
        "emoji": _leaf(name=need(Str()), unicode=may(Str()), skin_tone=may(Int(1, 6)), url=may(forms.WEB)),
        "broadcast": _leaf(range=need(Among(("here", "channel", "everyone")))),
        "color": _leaf(value=need(Str(7))),
        "date": _leaf(timestamp=need(Int(0)), format=need(Str()), url=may(forms.LINK), fallback=may(Str())),
    }
)

_BORDER = may(Among((0, 1)))
_SECTION = typed(PAGE, elements=need(ListOf(LEAVES, least=0)))
_PARTS = ByType(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": typed(
            PAGE,
            style=need(Among(("bullet", "ordered"))),
            elements=need(ListOf(ByType({"rich_text_section": _SECTION}))),
            indent=may(Int(0, 8)),
            offset=may(Int(0)),
            border=_BORDER,
        ),
        "rich_text_quote": typed(PAGE, elements=need(ListOf(LEAVES, least=0)), border=_BORDER),
        "rich_text_preformatted": typed(
            PAGE,
            elements=need(ListOf(ByType({"text": _TEXT, "link": _LINK}), least=0)),
            border=_BORDER,
            language=may(Str()),
        ),
    }
)

RICH_TEXT = typed(PAGE, elements=need(ListOf(_PARTS, least=0)), block_id=may(Str(255)))
