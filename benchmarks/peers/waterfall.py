"""Nine questions as a waterfall of prompts of Bot Framework, its state in memory: turns a second of so many conversations."""

# mypy: ignore-errors
import asyncio
import json
import sys
from time import perf_counter

from botbuilder.core import ConversationState, MemoryStorage, MessageFactory, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog
from botbuilder.dialogs.prompts import PromptOptions, TextPrompt

QUESTIONS = 9
WORDS = "Le planning change sans qu'on sache qui décide."


def asking(number):
    async def ask(step):
        return await step.prompt("text", PromptOptions(prompt=MessageFactory.text(f"Question {number}")))

    return ask


async def finish(step):
    return await step.end_dialog()


async def main(count):
    state = ConversationState(MemoryStorage())
    dialogs = DialogSet(state.create_property("dialogs"))
    dialogs.add(TextPrompt("text"))
    dialogs.add(WaterfallDialog("nine", [*(asking(number) for number in range(QUESTIONS)), finish]))
    finished = []

    async def turn(context: TurnContext):
        dialog = await dialogs.create_context(context)
        results = await dialog.continue_dialog()
        if results.status == DialogTurnStatus.Empty:
            await dialog.begin_dialog("nine")
        elif results.status == DialogTurnStatus.Complete:
            finished.append(True)
        await state.save_changes(context)

    adapter = TestAdapter(turn)
    start = perf_counter()
    for number in range(count):
        adapter.template.conversation.id = f"talk{number}"
        await adapter.receive_activity("bonjour")
        for _ in range(QUESTIONS):
            await adapter.receive_activity(WORDS)
        adapter.activity_buffer.clear()
    seconds = perf_counter() - start
    assert len(finished) == count, f"{len(finished)} of {count} conversations came to their end"
    return count * QUESTIONS / seconds


print(json.dumps({"turns": asyncio.run(main(int(sys.argv[1])))}))
