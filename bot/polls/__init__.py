"""Polls, from their opening to what comes of them: all that touches Slack, the store or the clock."""
