"""The shell: all that touches Slack, the clock and the environment."""
