"""A rehearsal: a journey lived in seconds by fictional people, through the real bot, store and practice workspace."""
