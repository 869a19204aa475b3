"""First step of every make target: makes the virtual environment, brings it up to date, and becomes the next step.

Needs the standard library only; the lines before the check of the version run under any Python 3.
"""

import sys

if sys.version_info[:2] != (3, 11):
    sys.exit(
        "This project runs on Python 3.11; %s is Python %d.%d.\n"
        "Install Python 3.11 and say which it is: make run PYTHON=/path/to/python3.11"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = CHECKOUT / "requirements"
INSTALL = (
    *("--require-hashes", "--no-deps", "--no-compile", "--no-input", "--disable-pip-version-check"),
    *("--progress-bar", "off"),
)
# The first draws the same pages without a window around them: a third less work for the tests that use a browser.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
APT = ("apt-get", "install", "-y", "--no-install-recommends", "fonts-noto-core")

# What each target needs installed, whether it opens a browser, and what it becomes.
TARGETS = {
    "run": ("runtime", False, ("-m", "helpdesk.dev.supervisor")),
    "reset": ("runtime", False, ("-m", "helpdesk.dev.reset")),
    # Two more than two cores: a good part of a run is waiting for browsers, workers and mail.
    "test": ("dev", True, ("-m", "pytest", "-n", "4", "--dist", "loadgroup")),
    "proofs": ("dev", True, ("-m", "pytest", "-m", "proof")),
    "check": ("dev", False, ("-m", "helpdesk.dev.check")),
    "bench": ("dev", False, ("-m", "benchmarks")),
    "install": ("dev", False, ("--version",)),
}


def main() -> None:
    """`boot.py TARGET [ARGUMENT …]`."""
    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"Say one of: {', '.join(TARGETS)}")
    lock, opens_browser, following = TARGETS[sys.argv[1]]
    prepare_environment(lock)
    if opens_browser:
        prepare_browser()
    keep_bytecode()
    os.chdir(CHECKOUT)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *following, *sys.argv[2:]])


def prepare_environment(lock: str) -> None:
    """Makes `.venv` hold what `requirements/<lock>.lock` says; a second start with the same lock does nothing."""
    guard = os.open(REQUIREMENTS, os.O_RDONLY)
    fcntl.flock(guard, fcntl.LOCK_EX)  # `make run` and `make test` may start together
    try:
        if not PYTHON.exists():
            _make_environment()
        if _stamp(lock) != _wanted(lock):
            _install(lock)
        _add_checkout_to_path()
    finally:
        os.close(guard)


def keep_bytecode() -> None:
    """Lets every process that follows keep what Python compiled, beside the packages and not all over the checkout.

    Many machines for tests forbid it (PYTHONDONTWRITEBYTECODE): each process would compile Django anew, which takes
    longer than all else of its start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def prepare_browser() -> None:
    """Finds Chromium, or installs it as root; without it the browser tests could only fail, so this stops here."""
    if browser_program():
        return
    by_hand = " ".join((*APT, BROWSERS[1]))
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"The browser tests need Chromium, and only root can install it here. Run, as root:\n  {by_hand}"
        )
    say("Installing Chromium and its fonts with apt")
    if _apt(*APT, BROWSERS[0]):
        _apt("apt-get", "update")  # the lists of a bare machine may be missing
        if _apt(*APT, BROWSERS[0]) and _apt(*APT, BROWSERS[1]):
            sys.exit(f"apt could not install Chromium; the browser tests need it. Try: {by_hand}")


def browser_program() -> str | None:
    """The path of the best of BROWSERS that is installed here."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def say(line: str) -> None:
    """Tells the person at the terminal which step begins."""
    print(f"▸ {line}", flush=True)


def _apt(*command: str) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, capture_output=True, env=environment).returncode


def _make_environment() -> None:
    say("Making the virtual environment .venv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"{sys.executable} could not make a virtual environment:\n{(made.stdout + made.stderr).strip()}\n"
            "On Debian and Ubuntu: apt-get install python3.11-venv"
        )


def _install(lock: str) -> None:
    path = REQUIREMENTS / f"{lock}.lock"
    packages = sum("==" in line for line in path.read_text().splitlines())
    say(f"Installing {packages} packages from requirements/{lock}.lock")
    if subprocess.run([str(PYTHON), "-c", "import pip"], check=False, capture_output=True).returncode:
        subprocess.run([str(PYTHON), "-m", "ensurepip"], check=True, capture_output=True)
    begun = time.monotonic()
    _run_pip([str(PYTHON), "-m", "pip", "install", *INSTALL, "-r", str(path)], packages)
    for name in ("runtime", lock):  # the dev lock holds all of the runtime lock
        (VENV / f"{name}.stamp").write_text(_wanted(name))
    say(f"Installed in {time.monotonic() - begun:.0f} s")


def _run_pip(command: list[str], packages: int) -> None:
    """Shows how far pip is where that can be overwritten, and all it said when it fails."""
    told: list[str] = []
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout
        for line in pip.stdout:
            told.append(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied: "))
            if sys.stdout.isatty():
                doing = "installing" if line.startswith("Installing") else f"{seen}/{packages}"
                print(f"\r  {doing}   ", end="\r", flush=True)
    if pip.returncode:
        sys.exit("".join(told[-30:]) + "pip could not install the packages; see above.")


def _add_checkout_to_path() -> None:
    """Makes the checkout importable from everywhere in its environment, as an editable install would."""
    path = VENV / "lib" / "python3.11" / "site-packages" / "checkout.pth"
    line = f"{CHECKOUT}\n"
    if not path.exists() or path.read_text() != line:
        path.unlink(missing_ok=True)  # a copied environment may share the file with its original
        path.write_text(line)


def _stamp(lock: str) -> str:
    path = VENV / f"{lock}.stamp"
    return path.read_text() if path.exists() else ""


def _wanted(lock: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{lock}.lock").read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
