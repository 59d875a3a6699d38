"""People for the journeys: each test makes its own, through the API, so that no test disturbs another."""

import secrets
from contextlib import closing
from dataclasses import dataclass, field

import httpx

from tests.dashboards import PLAIN, Dashboard, sample_person

PASSWORD = "quiet-lighthouse-{}-ferry"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    user_id: str
    name: str
    email: str
    username: str
    password: str


@dataclass
class Cast:
    """Makes people of Northwind as its sample admin does. `api` is signed in as that admin."""

    dashboard: Dashboard
    api: httpx.Client
    known: dict[str, Account] = field(default_factory=dict)

    def person(self, role: str = "user", name: str = "", **fields: str) -> Account:
        """Somebody new, with a name nobody else has, who has chosen a password."""
        mark = secrets.token_hex(3)
        first, last = name.split(" ") if name else ("Juno", f"Vale{mark}")
        names = {"email": f"{mark}@northwind.example", "username": f"juno.{mark}"}
        made = self.api.post("/api/users", json={**names, "role": role, "firstName": first, "lastName": last, **fields})
        assert made.status_code == 201, made.text
        account = Account(made.json()["user"]["userId"], f"{first} {last}", **names, password=PASSWORD.format(mark))
        self.choose_password(account, made.json()["setPasswordUrl"])
        return account

    def choose_password(self, account: Account, link: str) -> None:
        """Use the set-password link, as its page does."""
        body = {"token": link.partition("#")[2], "password": account.password}
        origin = {"origin": self.dashboard.url}
        answer = httpx.post(f"{self.dashboard.url}/set-password", json=body, headers=origin, **PLAIN)
        assert answer.is_success, answer.text

    def sample(self, role: str) -> Account:
        """Somebody of the sample, as they stand: for what only reads."""
        if role not in self.known:
            given = sample_person(role)
            with closing(self.dashboard.signed_in(role)) as client:
                me = client.get("/api/auth/me").json()["user"]
            name = f"{me['firstName']} {me['lastName']}"
            self.known[role] = Account(me["userId"], name, given.email, me["username"], given.password)
        return self.known[role]

    def stored(self, account: Account) -> dict[str, dict[str, str]]:
        """What is stored of them now: user and profile."""
        return self.api.get(f"/api/users/{account.user_id}").raise_for_status().json()
