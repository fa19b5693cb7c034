"""How a workspace lets us in: Slack's OAuth, from a page of ours and back to it."""
