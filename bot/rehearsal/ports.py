"""A port of this machine that nobody listens on."""

import socket

HERE = "127.0.0.1"


def free_port(wanted: int = 0) -> int:
    """`wanted` if it is free, else another. Somebody may still take it first."""
    for port in (wanted, 0):
        try:
            with socket.create_server((HERE, port)) as listening:
                return int(listening.getsockname()[1])
        except (OSError, OverflowError):  # the one after the last is no port
            continue
    raise OSError("no port of this machine is free")
