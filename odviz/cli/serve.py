"""`odviz serve`: the dashboard, for this computer or for a class on the local network."""

from __future__ import annotations

import io
import ipaddress
import os
import socket
import sys
from pathlib import Path

import click
import psutil
import segno

from odviz.cli.types import TEXT, Whole
from odviz.domain.errors import InputError, Unavailable
from odviz.services.classroom import ADDRESS_VARIABLE, CODE_LIFETIME_S, Invitation

_APP = Path(__file__).resolve().parents[2] / "app.py"
_PORT = 8501
_INNER = ("docker", "br-", "veth", "virbr", "tun", "tap", "zt", "wg")
"""Beginnings of names of network interfaces that lead to containers, virtual machines and tunnels."""

_USUAL = ("192.168.", "10.")
"""How addresses of local networks usually begin."""


@click.command()
@click.option("--class", "classroom", is_flag=True, help="To pupils on the local network too, who join by a code.")
@click.option("--address", type=TEXT, metavar="IP", help="Of this computer in the local network, if it has several.")
@click.option("--port", type=Whole(1024, 65535), default=_PORT, show_default=True, help="To listen on.")
def serve(classroom: bool, address: str | None, port: int) -> None:
    """Serve the pages: to this computer only, or with --class to a class on the local network as well.

    Pupils open the address that is printed, enter the code and a name, look at results and lock in predictions for the
    lessons of the page Learn. They change nothing else. Your own page is the one on this computer.
    """
    if address and not classroom:
        raise click.UsageError("--address goes with --class.")
    arguments = [sys.executable, "-m", "streamlit", "run", str(_APP), f"--server.port={port}"]
    environment = {name: value for name, value in os.environ.items() if name != ADDRESS_VARIABLE}
    if classroom:
        own = _checked(address) if address else local_address()
        environment[ADDRESS_VARIABLE] = own
        arguments += [
            "--server.address=0.0.0.0",
            f"--browser.serverAddress={own}",  # else Streamlit asks the network for its own address
            "--server.headless=true",
            "--server.enableCORS=true",
            "--server.enableXsrfProtection=true",
            *(f"--server.allowedHosts={name}" for name in (own, "127.0.0.1", "localhost", "::1")),
        ]
    os.chdir(_APP.parent)  # where Streamlit finds its configuration
    os.execve(sys.executable, arguments, environment)


def announce(invitation: Invitation) -> None:
    """Print how to come into a class; the server does, once it has opened one."""
    drawn = io.StringIO()
    segno.make(invitation.link, error="m").terminal(drawn, compact=True)
    code = invitation.code
    click.echo(
        f"\n{drawn.getvalue()}\n"
        f"Pupils open  {invitation.address}\n"
        f"and enter    {code[:4]} {code[4:]}    (good for {CODE_LIFETIME_S / 3600:.0f} hours)\n\n"
        f"Your page    {invitation.own_page}    (on this computer)\n"
        f"elsewhere    {invitation.teacher_link}    (keep this link to yourself)\n",
        err=True,
    )


def local_address() -> str:
    """The address of this computer in its local network.

    Raises:
        Unavailable: it has none.
    """
    state = psutil.net_if_stats()
    addresses = [
        entry.address
        for name, entries in psutil.net_if_addrs().items()
        if state[name].isup and not name.startswith(_INNER)
        for entry in entries
        if entry.family == socket.AF_INET and _is_local(entry.address)
    ]
    if not addresses:
        raise Unavailable("This computer is in no local network: join the one of the pupils, or name it by --address.")
    return min(map(str, addresses), key=lambda address: not address.startswith(_USUAL))


def _checked(address: str) -> str:
    if not _is_local(address):
        raise InputError(f"{address} is not an IPv4 address in a local network, such as 192.168.1.5.")
    return address


def _is_local(address: str) -> bool:
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return parsed.is_private and not parsed.is_loopback and not parsed.is_unspecified
