"""What was broken on purpose: each fault met by the real bot in its own process, then counted. `make chaos` lives it all, the
ordinary tests a part of it."""
