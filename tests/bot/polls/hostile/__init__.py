"""A hostile reader has the database, its files, its journal, its dumps, the log and every message; for one look, the key of the
ballots too. Each test is one of their attacks, and fails when the attack succeeds."""
