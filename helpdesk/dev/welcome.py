"""What `make run` prints once everything answers."""

from urllib.parse import urlsplit

from helpdesk.dev.stack import Stack

TENANTS = ("acme", "globex")
PEOPLE = ("customer", "agent", "lead", "admin")
PASSWORD = "demo-password"


def welcome(stack: Stack, *, seconds: float) -> str:
    """Addresses and, in the demo, logins."""
    origin = urlsplit(stack.variables["PUBLIC_ORIGIN"])
    base = stack.variables["BASE_DOMAIN"]
    port = f":{origin.port}" if origin.port else ""
    lines = [
        "",
        f"  The help desk runs (after {seconds:.0f} s). Ctrl-C stops all of it.",
        "",
        f"  {origin.scheme}://{base}{port}/".ljust(44) + "the platform: its tenants, operators at /admin/",
    ]
    if stack.choices.demo:
        lines += _demo_lines(origin.scheme, base, port)
    if stack.choices.own_mail:
        lines.append(f"  {origin.scheme}://{base}{port}/mail/".ljust(44) + "every mail the help desk sends")
    elif "EMAIL_URL" not in stack.variables:
        lines.append("  Mail waits in the outbox until EMAIL_URL names a mail server.")
    lines += ["", f"  Logs: {stack.places.logs}", ""]
    return "\n".join(lines)


def _demo_lines(scheme: str, base: str, port: str) -> list[str]:
    return [
        *(
            f"  {scheme}://{slug}.{base}{port}/".ljust(44) + f"help center of {slug}; its desk at /admin/"
            for slug in TENANTS
        ),
        "",
        f"  Sign in with the password {PASSWORD} as",
        *("    " + "  ".join(f"{person}@{slug}.example" for person in PEOPLE) for slug in TENANTS),
        "    operator@platform.example  (on the platform)",
        "",
    ]
