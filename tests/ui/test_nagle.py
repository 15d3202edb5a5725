"""Nagle's algorithm, which would hold back what the server sends."""

import socket

from odviz.ui import nagle


def test_it_is_turned_off_for_connections_that_are_accepted_later():
    with socket.socket(socket.AF_INET) as listening:  # as Streamlit makes it
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        nagle.turn_off()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
