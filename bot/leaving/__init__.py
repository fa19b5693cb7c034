"""Departures: told, walked, announced, followed long after; and people who come back."""
