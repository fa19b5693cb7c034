"""What a control asks once more before it does anything (docs.slack.dev/reference/block-kit/composition-objects)."""

from bot.blocks import Block, label

TITLE, TEXT, BUTTON = 100, 300, 30


def asking_once_more(title: str, text: str, confirm: str, deny: str) -> Block:
    """To be added to a control."""
    dialog = {
        "title": label(title, TITLE),
        "text": label(text, TEXT),
        "confirm": label(confirm, BUTTON),
        "deny": label(deny, BUTTON),
    }
    return {"confirm": dialog}
