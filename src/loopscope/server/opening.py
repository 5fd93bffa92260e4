"""A place to listen, and the link that opens the page there. Serves nothing."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from ..errors import mistake
from .gate import LOOPBACK

PORT = 8765
TRIES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A socket that listens already, so that a browser may come before the server is ready."""

    socket: socket.socket
    host: str
    port: int

    def link(self, token: str, fragment: str = "", page: str = "") -> str:
        """A page's address with the token, the home page's unless named; with `fragment`, the lab's."""
        page, behind = ("lab.html", f"#e={fragment}") if fragment else (page, "")
        return f"http://{_shown(self.host)}:{self.port}/{page}?token={token}{behind}"


def listen(host: str, port: int) -> Place:
    """Listen at `port`, or where that is taken at the next free one; 0 is any. Raises `UserMistake`."""
    family = _family(host)
    for candidate in range(port, min(port + TRIES, 65536)) if port else (0,):
        try:
            return _listen(family, host, candidate)
        except PermissionError as error:
            raise mistake("--port", port, "a port that you may open", f"The system says: {error.strerror}.") from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise mistake(
                    "--host", host, "an address of this machine", f"The system says: {error.strerror}."
                ) from None
    raise mistake("--port", port, f"a free port among the {TRIES} from there", "Try --port 0, which takes any.")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hosts_of(host: str) -> frozenset[str]:
    """Names under which pages may ask, besides loopback's: where it listens everywhere, any address in numbers."""
    everywhere = host in ("0.0.0.0", "::", "")
    return frozenset({"*", socket.gethostname().lower()} if everywhere else {host.lower()})


def _listen(family: socket.AddressFamily, host: str, port: int) -> Place:
    listening = socket.socket(family)
    try:
        if hasattr(socket, "SO_REUSEADDR"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return Place(listening, host, listening.getsockname()[1])


def _family(host: str) -> socket.AddressFamily:
    try:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError):
        raise mistake("--host", host, "an address or name of this machine", "Leave it out for 127.0.0.1.") from None


def _shown(host: str) -> str:
    """What a browser on this machine types."""
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
