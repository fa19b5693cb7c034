"""A process killed while somebody answers: their name and their ballot are both there, or neither is; those of others stay."""

import signal
import subprocess
import sys

from tests.bot.cooperative import cooperative
from tests.bot.polls.held import OPENING, answer, answers_to, latest, opened
from tests.bot.polls.hostile.reader import HostileReader, come

WRITTEN = "SELECT member_id FROM participation UNION ALL SELECT id FROM ballot ORDER BY 1"
FEWEST = 6
"""Statements at least that an answer takes: two tables, each emptied and written again, after two looks."""


async def test_killed_after_any_statement_an_answer_is_there_whole_or_not_at_all(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        round_id, key = await opened(coop), coop.score.seals.key.hex()
        poll = (await latest(coop)).round.poll
        for slack_id in ("U01", "U02", "U03"):
            assert await answer(coop, round_id, slack_id, answers_to(poll)) is None
    before, killed = reader.dump(), 0
    written = reader.ask(WRITTEN)
    command = [sys.executable, "-m", "tests.bot.polls.hostile.dying_voter", database_url, round_id, "U04", key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as voter:
        assert voter.stdin is not None
        assert voter.stdout is not None
        while int(voter.stdout.readline()) == -signal.SIGKILL:
            killed += 1
            assert reader.ask(WRITTEN) == written
            voter.stdin.write(b"\n")
            voter.stdin.flush()
    assert voter.returncode == 0
    assert killed > FEWEST
    after = reader.dump()
    assert {name: len(rows) for name, rows in come(before, after).items()} == {"participation": 1, "ballot": 1}
    assert come(after, before) == {}
