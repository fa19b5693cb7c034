"""Life in the cooperative: what is asked together, and what comes of it."""
