"""Has the server send what it writes at once: Nagle's algorithm would hold it back."""

from __future__ import annotations

import os
import socket

import psutil


def turn_off() -> None:
    """Turn Nagle's algorithm off for the connections that this process will accept.

    asyncio does so itself, but not for a socket like Streamlit's, which was made without naming TCP as its protocol. A
    small file is written in two parts, of which the second then waits until the browser has confirmed the first: 40 ms,
    for most of the 130 files of a first page. Windows names no file descriptors, and waits.
    """
    for connection in psutil.Process().net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.fd != -1:
            with socket.socket(fileno=os.dup(connection.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # those that it accepts inherit it
