"""Nine questions as one DBOS workflow that waits for each answer, on SQLite: turns a second of so many conversations."""

# mypy: ignore-errors
import asyncio
import json
import sys
import tempfile
from time import perf_counter

from dbos import DBOS, SetWorkflowID

QUESTIONS = 9
WORDS = "Le planning change sans qu'on sache qui décide."


@DBOS.step()
async def write_down(number, answer):
    return len(answer) + number


@DBOS.workflow()
async def nine_questions():
    for number in range(QUESTIONS):
        await DBOS.set_event_async("asked", number)
        answer = await DBOS.recv_async(f"answer{number}", timeout_seconds=60)
        await write_down(number, answer)
    return QUESTIONS


async def converse(handle, workflow):
    for number in range(QUESTIONS):
        await DBOS.send_async(workflow, WORDS, f"answer{number}")
    assert await handle.get_result() == QUESTIONS


async def main(count, at_once):
    handles = {}
    for number in range(count):
        with SetWorkflowID(f"talk{number}"):
            handles[f"talk{number}"] = await DBOS.start_workflow_async(nine_questions)
    left = iter(handles.items())

    async def some():
        for workflow, handle in left:
            await converse(handle, workflow)

    start = perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return count * QUESTIONS / (perf_counter() - start)


with tempfile.TemporaryDirectory() as folder:
    DBOS(config={"name": "nine", "system_database_url": f"sqlite:///{folder}/dbos.db", "log_level": "ERROR"})
    DBOS.launch()
    turns = asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
    DBOS.destroy()
print(json.dumps({"turns": turns}))
