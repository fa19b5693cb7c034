"""The suite: its tree mirrors the packages it tests."""
