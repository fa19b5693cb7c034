"""One file a gesture: read what Slack says, call the desk, acknowledge."""
