"""A state as the server gives it, and one block of every kind that an app may send, within Slack's rules."""

from typing import Any

Json = dict[str, Any]
Blocks = list[Json]

LEA, HUGO, AWA, APP, CHANNEL = "U0LEA", "U0HUGO", "U0AWA", "U0APP", "C0VOL"
HOSTILE = "<img src=x onerror=alert(1)> & <b>gras</b>"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action, **more}


def actions(*elements: Json, block: str = "actions") -> Json:
    return {"type": "actions", "block_id": block, "elements": list(elements)}


def field(name: str, element: Json, **more: Any) -> Json:
    shown = {"label": plain(name.capitalize()), "element": {"action_id": "field", **element}}
    return {"type": "input", "block_id": name, "optional": False, **shown, **more}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "block_id": more.pop("block_id", "s"), "text": mrkdwn(text), **more}


COLOURS = [
    option("Bleu", "blue"),
    option("Vert", "green", description=plain("comme la forêt")),
    option("Ocre", "ochre"),
]
CONFIRM = {
    "title": plain("Êtes-vous sûre ?"),
    "text": mrkdwn("C'est *définitif*."),
    "confirm": plain("Oui"),
    "deny": plain("Non"),
    "style": "danger",
}


def series(kind: str) -> Json:
    months = ["Janvier", "Février", "Mars"]
    data = [
        {"name": name, "data": [{"label": month, "value": value} for month, value in zip(months, values, strict=True)]}
        for name, values in (("Atelier", [3, 5.5, 4]), ("Bureau", [2, -1, 6]))
    ]
    return {"type": kind, "series": data, "axis_config": {"categories": months, "x_label": "Mois", "y_label": "Note"}}


def chart(chart: Json, block: str) -> Json:
    return {"type": "data_visualization", "block_id": block, "title": f"Climat {block}", "chart": chart}


PIE = {"type": "pie", "segments": [{"label": "Oui", "value": 7}, {"label": "Non", "value": 3}]}
RICH = {
    "type": "rich_text",
    "block_id": "rich",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Un texte "},
                {"type": "text", "text": "gras", "style": {"bold": True}},
                {"type": "user", "user_id": LEA},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://exemple.coop", "text": "un lien"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Premier"}]}],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Une citation"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a = 1"}]},
    ],
}
MARKDOWN = "# Un titre\n\nDu **gras**, `du code`, [un lien](https://exemple.coop)\n\n- une\n- deux\n\n> citée"
TEXTS: Blocks = [
    {"type": "header", "block_id": "h", "text": plain("Bienvenue :wave:")},
    section(
        f"*gras* _italique_ ~barré~ `code` <https://exemple.coop|un lien> <@{LEA}> <#{CHANNEL}> <!channel> :tada:\n"
        "&gt; une citation\n• une\n• deux\n```\nx = 1\n```\n&lt;b&gt;pas gras&lt;/b&gt; &amp; <javascript:alert(1)|piège>"
    ),
    {"type": "section", "block_id": "f", "fields": [mrkdwn("*Relais*\nHugo"), mrkdwn("*Jour*\n28 avril")]},
    section(
        "Avec un bouton",
        block_id="a",
        accessory=button("Voir", "see", value="1", accessibility_label="Voir – le passeport"),
    ),
    {"type": "divider", "block_id": "d"},
    {"type": "context", "block_id": "c", "elements": [mrkdwn("en petit"), plain("et encore")]},
    RICH,
    {"type": "markdown", "block_id": "m", "text": MARKDOWN},
    {
        "type": "table",
        "block_id": "t",
        "rows": [[{"type": "raw_text", "text": it} for it in row] for row in (("Nom", "Note"), ("Léa", "4"))],
    },
    {
        "type": "image",
        "block_id": "i",
        "image_url": "https://exemple.coop/photo.png",
        "alt_text": "L'atelier, au matin",
        "title": plain("L'atelier"),
    },
]
CONTROLS: Blocks = [
    actions(
        button("Accepter", "yes", style="primary", value="y"),
        button("Refuser", "no", style="danger", value="n", confirm=CONFIRM),
        button("Le livret", "link", url="https://exemple.coop/livret"),
        {"type": "static_select", "action_id": "colour", "placeholder": plain("Couleur"), "options": COLOURS},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Qui ?")},
        {"type": "datepicker", "action_id": "day", "placeholder": plain("Quel jour ?")},
        {"type": "overflow", "action_id": "more", "options": [option("Plus tard", "later"), option("Jamais", "never")]},
    ),
    actions({"type": "checkboxes", "action_id": "boxes", "options": COLOURS}, block="ticks"),
    actions({"type": "radio_buttons", "action_id": "one", "options": COLOURS}, block="radios"),
]
CHARTS: list[Blocks] = [
    [chart(series("line"), "line"), chart(series("bar"), "bar")],
    [chart(series("area"), "area"), chart(PIE, "pie")],
]
FIELDS: Blocks = [
    section("Quelques questions.", block_id="intro"),
    field("prénom", {"type": "plain_text_input", "max_length": 20, "initial_value": "Léa"}),
    field(
        "récit",
        {"type": "plain_text_input", "multiline": True, "max_length": 500},
        hint=plain("Trois lignes suffisent."),
    ),
    field("couleur", {"type": "static_select", "options": COLOURS, "initial_option": COLOURS[1]}),
    field("personne", {"type": "users_select", "initial_user": HUGO}),
    field("personnes", {"type": "multi_users_select", "placeholder": plain("Plusieurs")}, optional=True),
    field("canal", {"type": "channels_select"}, optional=True),
    field("lieu", {"type": "conversations_select"}, optional=True),
    field("choix", {"type": "radio_buttons", "options": COLOURS, "initial_option": COLOURS[0]}),
    field("cases", {"type": "checkboxes", "options": COLOURS, "initial_options": COLOURS[:2]}, optional=True),
    field("jour", {"type": "datepicker", "initial_date": "2026-04-28"}),
    field("heure", {"type": "timepicker", "initial_time": "09:30"}),
    field("moment", {"type": "datetimepicker", "initial_date_time": 1_777_359_600}),
    field("nombre", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, optional=True),
    field("courriel", {"type": "email_text_input"}, optional=True),
    field("page", {"type": "url_text_input"}, optional=True),
]


def modal(blocks: Blocks = FIELDS, *, id: str = "V1", title: str = "Une fenêtre", **more: Any) -> Json:
    return {
        "id": id,
        "title": title,
        "submit": "Envoyer ma réponse",
        "close": "Fermer",
        "blocks": blocks,
        "errors": {},
        "values": {},
        **more,
    }


def message(ts: str, text: str, blocks: Blocks | None = None, **more: Any) -> Json:
    app = {"id": APP, "name": "Parcours", "is_app": True}
    return {
        "ts": ts,
        "at": "2026-04-28T07:00:00+00:00",
        "author": app,
        "text": text,
        "blocks": blocks or [],
        "edited": False,
        "ephemeral": False,
        "thread_ts": None,
        "replies": 0,
        "reactions": [],
        "files": [],
        "values": {},
        **more,
    }


def member(id: str, name: str, **more: Any) -> Json:
    standing = {"title": "menuiserie", "unread": 0, "joined": True, "deactivated": False, "is_admin": False}
    return {"id": id, "name": name, "handle": name.lower().replace(" ", "."), **standing, **more}


def new_state() -> Json:
    return {
        "app": {"name": "Parcours"},
        "clock": {
            "iso": "2026-04-28T09:00:00+02:00",
            "zone": "Europe/Paris",
            "next": "2026-04-29T09:00:00+02:00",
            "travelling": False,
        },
        "people": [
            member(AWA, "Awa Diallo"),
            member(LEA, "Lea Martin", unread=3),
            member(HUGO, "Hugo Petit"),
            member("U0KADI", "Kadi Sow", joined=False),
        ],
        "person": AWA,
        "place": "dm",
        "places": [
            {"id": "home", "kind": "home", "name": ""},
            {"id": "dm", "kind": "dm", "name": "Parcours", "unread": 0},
            {"id": CHANNEL, "kind": "channel", "name": "volontaires", "unread": 1, "private": False},
        ],
        "messages": [message("1.1", "Bonjour Awa", [section("Bonjour Awa")])],
        "earlier": 0,
        "home": {"id": "VH", "hash": "1", "blocks": [], "values": {}},
        "modals": [],
        "notices": [],
        "names": {AWA: "Awa Diallo", LEA: "Léa Martin", HUGO: "Hugo Petit", CHANNEL: "volontaires"},
        "commands": [{"command": "/parcours", "usage": "[accueillir @personne 2026-12-01]", "description": "Le menu"}],
        "shortcuts": [{"callback_id": "welcome", "name": "Accueillir quelqu'un"}],
        "faults_found": [],
        "timeline": 0,
        "calls": 0,
    }
