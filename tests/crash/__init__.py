"""The process is killed for real, at whatever moment, and comes back: nothing is lost, nothing is said twice."""
