"""No secret is written where it does not belong: planted, exercised, and looked for in all that the product put out."""

import io
import json
import logging
import os
import signal
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, quote_plus, urlsplit

import pytest

from data.core import logs
from tests.aws.faults import Refusal, failing
from tests.dashboards import command, running_dashboard, sample_state
from tests.log_state import kept_logging
from tests.security.acts import PIXEL, REQUESTS, mail_of
from tests.security.canaries import found
from tests.security.streamlit_tab import tab

NEW, WRONG, QUERY = "canary/ pass+wörd &<one>", "canary/ wrong+wörd &<two>", "canary-in-a-query-of-a-link"
SECRET_LINE = "password=canary-that-is-hidden-by-its-name"
PAGES = [("", ""), ("users", ""), ("audit", ""), ("health", ""), ("user", "id={id}"), ("user", f"id={QUERY}")]
PAGES += [("health", "bucket=documents"), ("user", "id={id}&raw=1")]
PAGES += [("settings", f"section={section}") for section in ("profile", "password", "sessions", "tokens")]
KEYS = ("secret.key", "master.keys", "engine.json")  # files that hold secrets, closed to all but their owner
SHOWN = {"pages": {"signature"}}  # a picture's address is in the page that shows the picture


@dataclass
class Plot:
    """The secrets, and what was put out, by place."""

    secrets: dict = field(default_factory=dict)
    out: dict = field(default_factory=dict)

    def says(self, place, *texts):
        for text in texts:
            data = text if isinstance(text, bytes) else str(text).encode()
            self.out[place] = self.out.get(place, b"") + data + b"\n"

    def hears(self, answer):
        """An answer that shows no secret, and its headers."""
        answer.read()
        headers = [(name, value) for name, value in answer.headers.items() if name != "set-cookie"]
        self.says("answers", answer.status_code, headers, answer.content)
        return answer


@pytest.fixture(scope="module")
def plot(tmp_path_factory):
    """A life of a dashboard: people, programs, errors, a store that fails, the command line, and its end."""
    plot = Plot()
    state = tmp_path_factory.mktemp("canaries") / "state"
    with running_dashboard(state, like=sample_state(tmp_path_factory)) as dashboard:
        keys(plot, state)
        with closing(dashboard.signed_in("admin")) as admin, closing(dashboard.client()) as nobody:
            remember(plot, "admin", admin)
            person = invited(plot, admin)
            errors(plot, dashboard, admin, nobody)
            with closing(entered(plot, dashboard)) as canary:
                programs(plot, dashboard, canary, person)
                pages(plot, dashboard, canary, person)
                command_line(plot, state)
                the_engine_dies(plot, dashboard, canary)
    plot.says("log", dashboard.output.read_bytes())
    files = [path for path in state.rglob("*") if path.is_file() and path.name not in KEYS]
    plot.says("stores", *(path.read_bytes() for path in files))
    return plot


def keys(plot, state):
    """Of the installation and of its engine."""
    plot.secrets["secret key"] = (state / "secret.key").read_text().strip()
    plot.secrets["master key"] = (state / "master.keys").read_text().split()[0]
    engine = json.loads((state / "engine" / "engine.json").read_text())
    plot.secrets["engine key"] = engine["secret_access_key"]


def remember(plot, whose, client):
    """The secrets of somebody's cookies."""
    for one in client.cookies.jar:
        plot.secrets[f"{whose}'s {'session' if 'session' in one.name else 'device'}"] = one.value.rpartition(".")[2]


def invited(plot, admin):
    """An admin by a link, whose password is a canary; returns their userId."""
    body = {"email": "canary@northwind.example", "username": "canary", "role": "admin"}
    made = admin.post("/api/users", json=body).json()
    plot.secrets["link"] = made["setPasswordUrl"].partition("#")[2]
    weak = {"token": plot.secrets["link"], "password": "password12"}
    plot.hears(admin.post("/set-password", json=weak))
    assert plot.hears(admin.post("/set-password", json=weak | {"password": NEW})).status_code == 200
    assert plot.hears(admin.post("/set-password", json=weak | {"password": NEW})).status_code == 404
    plot.secrets |= {"password": NEW, "wrong password": WRONG}
    return made["user"]["userId"]


def entered(plot, dashboard):
    client = dashboard.client(headers={"origin": dashboard.url})
    client.post("/sign-in", data={"identifier": "canary", "password": NEW})
    remember(plot, "canary", client)
    return client


def errors(plot, dashboard, admin, nobody):
    """Secrets where they do not belong: refused, and not repeated."""
    page = {"origin": dashboard.url}
    plot.hears(nobody.post("/sign-in", data={"identifier": "canary", "password": WRONG}, headers=page))
    for body in ({"email": "canary", "password": WRONG}, {"email": 1, "password": [WRONG]}, {"pass": WRONG}, WRONG):
        plot.hears(nobody.post("/api/auth/login", json=body))
    plot.hears(nobody.post("/api/auth/login", content=b'{"password": "' + WRONG.encode()))
    plot.hears(admin.post("/api/users", json={"password": WRONG, "username": "x", "email": "x@x.example"}))
    plot.hears(admin.put("/api/users/canary", json={"password": WRONG, "role": WRONG}))
    plot.hears(admin.get("/api/users", params={"cursor": WRONG, "limit": WRONG}))
    plot.hears(nobody.get("/api/users", headers={"authorization": f"Bearer {plot.secrets['link']}"}))
    plot.hears(nobody.get("/api/users", headers={"cookie": f"{next(iter(admin.cookies.jar)).name}=x.{'y' * 43}"}))


def programs(plot, dashboard, canary, person):
    """A JWT, and a picture."""
    entered = canary.post("/api/auth/login", json={"email": "canary", "password": NEW}).json()
    plot.secrets["jwt"] = entered["token"]
    with closing(dashboard.client(headers={"authorization": f"Bearer {entered['token']}"})) as program:
        for path in ("/api/auth/me", "/api/users", f"/api/users/{person}", "/api/openapi.json", "/api/nowhere"):
            plot.hears(program.get(path))
        plot.hears(program.put(f"/api/users/{person}", json={"firstName": "Canary", "lastName": "Bird"}))
        shown = program.post("/api/settings/profile-picture", json={"imageData": PIXEL, "contentType": "image/png"})
        url = shown.json()["url"]
        plot.secrets["signature"] = parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]
        plot.hears(program.get(f"/api/profiles?userId={quote(QUERY)}"))


def pages(plot, dashboard, canary, person):
    cookie = "; ".join(f"{one.name}={one.value}" for one in canary.cookies.jar)
    with tab(dashboard, cookie=cookie) as opened:
        for page, query in PAGES:
            plot.says("pages", opened.open(page, query.format(id=person)))
    for path in ("/", "/users", "/sign-in", "/set-password"):
        plot.hears(canary.get(path))


def command_line(plot, state):
    """Against the running engine: a password given, a token shown, a mistake made."""
    password = "canary of the command line/+ä"
    given = {"DASHBOARD_STATE_DIR": str(state)}
    made = command("create-admin", "--email", "shell@x.example", "--password", password, "--json", **given)
    token = command("token", "--email", "canary@northwind.example", "--json", **given)
    plot.secrets |= {"typed password": password, "token": json.loads(token.stdout)["token"].rpartition(".")[2]}
    wrong = command("create-admin", "--email", "no address", "--password", password, **given)
    again = command("setup", **given)
    assert (made.returncode, token.returncode, again.returncode, wrong.returncode != 0) == (0, 0, 0, True)
    plot.says(
        "commands", made.stdout, made.stderr, token.stderr, wrong.stdout, wrong.stderr, again.stdout, again.stderr
    )


def the_engine_dies(plot, dashboard, canary):
    """The engine dies under sign-ins, requests and pages, and comes back."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in canary.cookies.jar)
    with tab(dashboard, cookie=cookie) as opened:
        opened.open("users")
        os.kill(dashboard.engine_pid, signal.SIGKILL)
        plot.says("pages", opened.open("audit"))
    plot.hears(canary.post("/sign-in", data={"identifier": "canary", "password": NEW}))
    plot.hears(canary.post("/api/auth/login", json={"email": "canary", "password": WRONG}))
    plot.hears(canary.get("/api/users", headers={"authorization": f"Bearer {plot.secrets['jwt']}"}))
    dashboard.ready()


@pytest.mark.parametrize("place", ["log", "answers", "pages", "commands", "stores"])
def test_no_secret_is_in_what_was_put_out(plot, place):
    assert len(plot.secrets) >= 13
    assert len(plot.out[place]) > 50
    assert set(found(plot.secrets, plot.out[place])) - SHOWN.get(place, set()) == set()


def test_each_place_has_what_belongs_there(plot):
    """Or nothing would be looked at."""
    assert b"not_signed_in" in plot.out["answers"]
    assert b"Canary Bird" in plot.out["pages"]
    assert b"[hidden]" in plot.out["pages"]  # of the stored items
    assert b"canary@northwind.example" in plot.out["stores"]
    assert b'"username": "shell"' in plot.out["commands"]
    assert b'"level"' in plot.out["log"]
    assert found(plot.secrets, plot.out["pages"]) == ["signature"]


@pytest.mark.parametrize(
    "dress", [str, quote, quote_plus, lambda s: s.encode().hex(), lambda s: b64encode(f"x{s}y".encode()).decode()]
)
def test_a_secret_is_found_in_every_dress(dress):
    assert found({"it": NEW, "other": WRONG}, f"before {dress(NEW)} after".encode()) == ["it"]


@pytest.fixture
def written_log():
    """The log as the product writes it, down to the details of what it sends; all is as before afterwards."""
    with kept_logging():
        logs.install(logging.DEBUG)
        written = logging.getLogger().handlers[0]
        written.setStream(io.StringIO())
        detailed = ("boto3", "urllib3", "PIL", "botocore.endpoint")  # all of botocore would take a minute
        for name in detailed:
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield written
        for name in (*logs.QUIET, "botocore.endpoint"):
            logging.getLogger(name).setLevel(logging.NOTSET)


def test_no_secret_is_in_a_log_of_every_detail(stage, written_log):
    """Libraries tell of every byte they send: at this level the log hides what it must by itself."""
    secrets = {name: opened.cookie.rpartition(".")[2] for name, opened in stage.sessions.items()}
    secrets |= {f"{name}'s token": value.rpartition(".")[2] for name, (_, value) in stage.tokens.items()}
    link = stage.world.services.sessions.new_link(stage.actor("admin"), "uma").partition("#")[2]
    for number, ask in enumerate(REQUESTS.values()):
        ask.send(stage.client(("admin", "token")[number % 2]), target="uma", me="root", mail=mail_of("uma"))
    stage.client("anonymous").post("/set-password", json={"token": link, "password": NEW})
    stage.client("anonymous").post("/sign-in", data={"identifier": "otto", "password": NEW})
    with failing(stage.world.clients.dynamodb, then=Refusal("AccessDeniedException", message=f"not with {link}")):
        broken = stage.client("admin").get("/api/users")
        stage.client("anonymous").post("/sign-in", data={"identifier": "otto", "password": NEW})
        stage.client("anonymous").post("/set-password", json={"token": link, "password": NEW})
    assert broken.status_code == 503
    assert link not in broken.text
    stage.put_back()
    said = written_log.stream.getvalue().encode()
    assert b"AccessDenied" in said
    assert found(secrets | {"link": link, "new": NEW, "key": "a secret of tests that is long enough"}, said) == []


def test_a_log_that_cannot_be_written_tells_nobody_else(written_log, capfd):
    """The standard library would print the failure with the exception at hand, as it is."""

    class Full(io.StringIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    written_log.setStream(Full())
    try:
        json.loads(SECRET_LINE)
    except ValueError as error:
        error.add_note(SECRET_LINE)
        logging.getLogger("data.any").exception("it failed")
    assert found({"it": SECRET_LINE.partition("=")[2]}, capfd.readouterr().err.encode()) == []
