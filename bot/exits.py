"""What a command exits with: `UNAVAILABLE` and `MISCONFIGURED` as sysexits.h has them."""

FINE, FAULTY, UNAVAILABLE, MISCONFIGURED = 0, 1, 69, 78
