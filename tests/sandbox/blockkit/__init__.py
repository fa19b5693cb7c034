"""The tables of payloads that Block Kit's reader is tested with."""
