"""Gestures become moves: what a member does is decided and written here. No Slack."""
