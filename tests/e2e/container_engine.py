"""Podman for the container tests: finds a way to run containers on this machine, a base image, wheels, the image.

Everything expensive is kept: images in podman's own store, wheels and the base archive in `.cache/`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

OFFICIAL = "docker.io/library/python:3.13-slim"
BOOTSTRAPPED = "localhost/taciturn-base:trixie"
IMAGE = "localhost/taciturn:test"

# For machines without systemd, with hybrid cgroups, or without the right to raise limits, where podman's defaults fail.
CAREFUL = """[containers]
default_ulimits = ["nofile=16384:16384", "nproc=30000:30000"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


class Unavailable(Exception):
    """Containers cannot be had on this machine; the text says why."""


class Podman:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / ".cache" / "containers"
        self.cache.mkdir(parents=True, exist_ok=True)
        self.env = dict(os.environ)
        if shutil.which("podman") is None:
            raise Unavailable("podman is missing (.ci/run installs it)")

    def __call__(self, *args: str, timeout: float = 120, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs podman. A failure raises with what podman said."""
        command = ["podman", *args]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=timeout, check=False)
        if check and done.returncode:
            raise RuntimeError(f"podman {args[0]}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def prepare(self) -> str:
        """The name of a base image that can be run here."""
        base = self._base()
        for configuration in ("", CAREFUL):
            if configuration:
                file = self.cache / "containers.conf"
                file.write_text(configuration)
                self.env["CONTAINERS_CONF"] = str(file)
            probe = self("run", "--rm", "--network", "none", base, "python3", "-c", "print(6 * 7)", check=False)
            if probe.returncode == 0 and "42" in probe.stdout:
                return base
        raise Unavailable(f"podman cannot run a container here: {probe.stderr.strip()[-300:]}")

    def build(self, base: str) -> str:
        """Builds the project's image without a network, from pinned wheels."""
        wheels = self._wheelhouse(base)
        arguments = {"BASE": base, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
        self(
            "build", "--format", "docker", "--network", "none", "-v", f"{wheels}:/wheels:ro",
            *(part for name, value in arguments.items() for part in ("--build-arg", f"{name}={value}")),
            "-f", str(self.root / "docker" / "Dockerfile"), "-t", IMAGE, str(self.root),
            timeout=600,
        )  # fmt: skip
        # Earlier builds that lost their name; those of today serve as cache.
        self("image", "prune", "-f", "--filter", "label=taciturn.stage", "--filter", "until=24h", check=False)
        return IMAGE

    def _base(self) -> str:
        for image in (OFFICIAL, BOOTSTRAPPED):
            if self("image", "exists", image, check=False).returncode == 0:
                return image
        if self("pull", "-q", OFFICIAL, check=False, timeout=300).returncode == 0:
            return OFFICIAL
        archive = self.cache / "trixie.tar"
        if not archive.exists():
            self._bootstrap(archive)
        self("import", "-q", "--change", 'CMD ["python3"]', str(archive), BOOTSTRAPPED, timeout=300)
        return BOOTSTRAPPED

    def _bootstrap(self, archive: Path) -> None:
        """A minimal Debian with Python 3.13, from the mirror that this machine's apt uses."""
        if shutil.which("mmdebstrap") is None or os.geteuid() != 0:
            raise Unavailable(f"{OFFICIAL} cannot be pulled, and mmdebstrap (as root) is missing to make a base image")
        listing = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        mirrors = [uri for uri in listing.splitlines() if re.search(r"/debian/?$", uri)]
        if not mirrors:
            raise Unavailable("apt names no Debian mirror to make a base image from")
        partial = archive.with_suffix(".partial.tar")
        left_out = [f"--dpkgopt=path-exclude=/usr/share/{what}/*" for what in ("man", "doc", "locale")]
        done = subprocess.run(
            ["mmdebstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", *left_out,
             "trixie", str(partial), f"deb {mirrors[0]} trixie main"],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Unavailable(f"mmdebstrap failed: {done.stderr.strip()[-300:]}")
        partial.rename(archive)

    def _wheelhouse(self, base: str) -> Path:
        """The wheels that the image installs, in the pinned versions, for the base image's Python."""
        pins = self.root / "requirements.txt"
        version = self("run", "--rm", base, "python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout
        key = hashlib.sha256(pins.read_bytes() + version.encode()).hexdigest()[:16]
        folder = self.cache / f"wheels-{key}"
        if folder.exists():
            return folder
        partial = self.cache / f"partial-{key}"
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.cache / "pip")], check=True)
        project = tomllib.loads((self.root / "pyproject.toml").read_text())["project"]
        done = subprocess.run(
            [str(self.cache / "pip" / "bin" / "pip"), "download", "-q", "-d", str(partial), "-c", str(pins),
             "--only-binary=:all:", "--python-version", version.strip(), "hatchling", *_names(project["dependencies"])],
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"pip download failed:\n{done.stderr[-2000:]}")
        partial.rename(folder)
        return folder


def _names(requirements: Iterable[str]) -> list[str]:
    return [re.split(r"[<>=!~ ;\[]", requirement, maxsplit=1)[0] for requirement in requirements]
