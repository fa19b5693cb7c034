"""The databases the suite runs on are there, of both kinds, and empty."""

import socket

import pytest
from sqlalchemy import create_engine, inspect, text


def test_a_database_answers(blank_database_url: str) -> None:
    engine = create_engine(blank_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_has_an_empty_database_of_its_own(blank_database_url: str, turn: str) -> None:
    engine = create_engine(blank_database_url)
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (turn TEXT)"))
    engine.dispose()


def test_no_test_leaves_the_machine() -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
