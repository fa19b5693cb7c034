"""What is measured, and against what: both sides in the same run, as a ratio."""
