"""A practice workspace: a small strict Slack of our own."""
