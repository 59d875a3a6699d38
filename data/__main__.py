"""The command line:   python -m data --help"""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from data.config.env_file import settings_in
from data.config.iam_policies import Purpose, policy
from data.config.state_folder import open_state
from data.core import logs
from data.core.permissions import Scope
from data.emulator import attach
from data.registry import TABLES, load_settings
from data.runtime import admin_commands
from data.runtime.doctor_report import examined, told
from data.runtime.installation import Installation
from data.runtime.instance_lock import occupants
from data.runtime.preflight import Refused, ending_with_a_sentence
from data.runtime.worker_main import work
from data.sample.history import Told
from data.sample.service import write_history, write_sample

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
Email = Annotated[str, typer.Option(help="Whose e-mail it is.")]


@app.callback()
def given(
    settings: Annotated[Path | None, typer.Option(help="A file of settings, over those of the environment.")] = None,
) -> None:
    """Looks after an installation of the dashboard; on a laptop also while the dashboard runs."""
    if settings:
        with ending_with_a_sentence():
            os.environ.update(settings_in(settings))


@app.command()
def setup(
    org: Annotated[str, typer.Option(help="Take over tables made by hand, for the organisation of this name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make the tables, indexes and buckets that are missing. Does no harm where all is there."""
    with opened(complete=False) as installation:
        if org:
            report = installation.take_over(org)
            taken = [f"{count} items of {table} taken over" for table, count in report.taken.items() if count]
            made, answer = [*report.made, *taken, *report.notes], asdict(report)
        else:
            made = list(installation.setup().made)
            answer = {"made": made}
        say(answer, "\n".join(made) or "Everything is there already.", as_json)


@app.command(name="policy")
def print_policy(
    purpose: Annotated[Purpose, typer.Argument(help="Who it is for: the host, or whoever sets up.")],
    account: Annotated[str, typer.Option(help="Your AWS account's id; needed unless the stage is dev.")] = "",
) -> None:
    """Print the IAM policy that an installation with these settings needs. Asks nobody."""
    with ending_with_a_sentence():
        settings = load_settings()
        if settings.stage != "dev" and not account:
            raise Refused(
                f"The names of buckets have the account's id in them at stage {settings.stage}: add --account."
            )
        typer.echo(json.dumps(policy(settings, purpose, account, [table.name for table in TABLES]), indent=2))


@app.command()
def sample(
    history: Annotated[bool, typer.Option(help="Write also what they did in the month before.")] = True,
    as_json: AsJson = False,
) -> None:
    """Write two organisations of invented people, to look around in. Not in production."""
    with opened() as installation:
        if installation.settings.production:
            raise Refused("Sample people have known passwords; they are for laptops only.")
        sign_ins = write_sample(installation.services, installation.wire)
        if history:
            write_history(installation.services, installation.wire, progress)
        lines = [f"{one.role:8} {one.email:32} {one.password:20} {one.organisation}" for one in sign_ins]
        say({"signIns": [asdict(one) for one in sign_ins]}, "\n".join(lines), as_json)


@app.command()
def create_admin(
    email: Email,
    password: Annotated[str, typer.Option(help="Asked for where it is absent.")] = "",
    username: Annotated[str, typer.Option(help="The part before the @ where it is absent.")] = "",
    org: Annotated[str, typer.Option(help="Their organisation, made if it is absent.")] = "default",
    as_json: AsJson = False,
) -> None:
    """Make an admin; where they are there already, change nothing."""
    with opened() as installation:
        services = installation.services
        there = admin_commands.find_admin(services, email=email, org=org)
        if there is None:
            password = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        admin = there or admin_commands.create_admin(
            services, email=email, username=username, org=org, password=password
        )
        user = admin.user
        answer = {"userId": user.user_id, "username": user.username, "orgId": user.org_id, "created": admin.created}
        done = "is now an admin" if admin.created else "is an admin already"
        say(answer, f"{email} {done} of {org}: username {user.username}, id {user.user_id}", as_json)


@app.command()
def token(
    email: Email,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it lasts.")] = 90,
    scope: Annotated[Scope, typer.Option(help="What it is for; never more than their role grants.")] = Scope.ALL,
    as_json: AsJson = False,
) -> None:
    """Make a personal token for the API, shown this once."""
    with opened() as installation:
        made, value = admin_commands.make_token(installation.services, email=email, days=days, scope=scope)
        answer = {"userId": made.user_id, "expiresAt": made.expires_at.isoformat(), "scopes": list(made.scopes)}
        say({"token": value, **answer}, value, as_json)


@app.command()
def worker(lifeline: Annotated[bool, typer.Option("--lifeline", hidden=True)] = False) -> None:
    """Do background work until it is ended: exports, messages. On a laptop the dashboard starts one by itself."""
    with ending_with_a_sentence():
        settings = load_settings()
        logs.install(logging.INFO if settings.production else logging.WARNING)
        work(settings, lifeline=lifeline)


@app.command()
def doctor(
    person: Annotated[bool, typer.Option("--person", help="Try what the id token on standard input may, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look whether all is there that the dashboard needs, and say what mends what is not. Changes nothing.

    The exit code is 0 where all is well, else 1.
    """
    with opened(complete=False) as installation:
        findings = examined(installation, sys.stdin.readline().strip() if person else "")
        well = all(finding.ok for finding in findings)
        say({"ok": well, "findings": [asdict(finding) for finding in findings]}, told(findings), as_json)
    if not well:
        raise typer.Exit(1)


@app.command()
def reset() -> None:
    """Delete the state of this laptop: the engine's data and all keys. Asks first."""
    with ending_with_a_sentence():
        settings = load_settings()
        if settings.production:
            raise Refused("Only a laptop's state can be reset; in production the data is in AWS.")
        state = open_state(settings)
        if addresses := occupants(state.folder):
            raise Refused(f"A dashboard is running on this state at {addresses[0]}: stop it first.")
        if attach(state.engine):
            raise Refused("A command is using this state: wait until it has ended.")
        typer.echo(f"This deletes all data and keys in {state.folder}. Nobody can bring them back.")
        if typer.prompt("Type reset to go on", default="", show_default=False) != "reset":
            raise Refused("Nothing was deleted.")
        state.emptied()
        typer.echo("The state is empty; the next start begins anew.")


@contextmanager
def opened(*, complete: bool = True) -> Iterator[Installation]:
    """The installation of the settings, within the block: on the engine that runs, or one for the time being."""
    with ending_with_a_sentence():
        logs.install(logging.WARNING)
        with Installation(load_settings()).opened(complete=complete) as installation:
            if sys.stderr.isatty():  # without the settings of a service a command meant for AWS works on a laptop
                typer.echo(f"On {installation.place}.", err=True)
            yield installation


def progress(what: str) -> Told:
    """Tells on standard error how far something is: in place at a terminal, else at every quarter."""
    terminal, quarters = sys.stderr.isatty(), set[int]()

    def told(done: int, total: int | None = None, words: str = "") -> None:
        quarter = done * 4 // (total or 1)
        if terminal or quarter not in quarters:
            typer.echo(f"{what}: {done:,} of {total or 0:,} {words}", err=True, nl=not terminal or done == total)
            quarters.add(quarter)
            if terminal:
                typer.echo("\r", err=True, nl=False)

    return told


def say(answer: dict[str, Any], words: str, as_json: bool) -> None:
    typer.echo(json.dumps(answer) if as_json else words)


if __name__ == "__main__":
    sys.exit(app(prog_name="python -m data"))
