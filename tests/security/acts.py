"""How each row of the hand-written table is asked: as a request, or as a call of a service."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from data.audit.filters import AuditFilter
from data.audit_reports.models import EXPORT as EXPORT_AUDIT
from data.audit_reports.models import VERIFY, Format
from data.audit_reports.tasks import TrailTask, VerifyTask
from data.bulk.models import APPLY, Act, PlannedRow
from data.core.permissions import Permission, Role
from data.imports.models import NewFile
from data.imports.service import IMPORT
from data.jobs.models import KEPT
from data.notifications.service import AlertService
from data.storage.pagination import Place
from data.storage.unit_of_work import UnitOfWork
from data.users.export import EXPORT
from data.users.filters import UserFilter
from data.users.job_actor import actor_for_job
from data.users.models import CreatePerson, EditPerson, Status
from data.users.tasks import ExportTask
from tests.doors import PASSWORD

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NEW = "an entirely new horse"


@dataclass(frozen=True)
class Ask:
    """A request: the route's name for itself, and what is sent, with {target}, {mail} and {me} to be filled in."""

    route: str
    path: str
    body: dict[str, Any] | None = None

    def send(self, client, *, target, me, mail):
        filled = {"target": target, "me": me, "mail": mail}
        body = {n: v.format(**filled) if isinstance(v, str) else v for n, v in self.body.items()} if self.body else None
        return client.request(self.route.split()[0], self.path.format(**filled), json=body)


def _new(role):
    return {"email": "new@new.example", "username": "new-person", "role": role}


REQUESTS = {
    "sign up": Ask(
        "POST /auth/sign-up",
        "/api/auth/sign-up",
        {"organisation": "Sneak", "email": "s@n.example", "username": "sneak", "password": PASSWORD},
    ),
    "log in": Ask("POST /auth/login", "/api/auth/login", {"email": "otto", "password": PASSWORD}),
    "log out": Ask("POST /auth/logout", "/api/auth/logout"),
    "who am I": Ask("GET /auth/me", "/api/auth/me"),
    "read the description": Ask("GET /openapi.json", "/api/openapi.json"),
    "read the documentation": Ask("GET /docs", "/api/docs"),
    "load its script": Ask("GET /docs/own", "/api/docs/own/docs.js"),
    "load its assets": Ask("GET /docs/vendor", "/api/docs/vendor/swagger-ui.css"),
    "list people": Ask("GET /users", "/api/users?status=all&limit=100"),
    "find by id": Ask("GET /users", "/api/users?userId={target}"),
    "find by e-mail": Ask("GET /users", "/api/users?email={mail}"),
    "get": Ask("GET /users/{user_id}", "/api/users/{target}"),
    "create a user": Ask("POST /users", "/api/users", _new("user")),
    "create an admin": Ask("POST /users", "/api/users", _new("admin")),
    "rename by query": Ask("PUT /users", "/api/users?userId={target}", {"firstName": "Renamed"}),
    "rename": Ask("PUT /users/{user_id}", "/api/users/{target}", {"firstName": "Renamed"}),
    "move to a department": Ask("PUT /users/{user_id}", "/api/users/{target}", {"department": "Elsewhere"}),
    "take into own team": Ask("PUT /users/{user_id}", "/api/users/{target}", {"managerId": "{me}"}),
    "change the e-mail": Ask("PUT /users/{user_id}", "/api/users/{target}", {"email": "changed@new.example"}),
    "make an admin": Ask("PUT /users/{user_id}", "/api/users/{target}", {"role": "admin"}),
    "make a user": Ask("PUT /users/{user_id}", "/api/users/{target}", {"role": "user"}),
    "deactivate by status": Ask("PUT /users/{user_id}", "/api/users/{target}", {"status": "inactive"}),
    "reactivate": Ask("PUT /users/{user_id}", "/api/users/{target}", {"status": "active"}),
    "deactivate by query": Ask("DELETE /users", "/api/users?userId={target}"),
    "deactivate": Ask("DELETE /users/{user_id}", "/api/users/{target}"),
    "profile by user": Ask("GET /profiles", "/api/profiles?userId={target}"),
    "profile by id": Ask("GET /profiles", "/api/profiles?profileId={target}"),
    "profiles of a team": Ask("GET /profiles", "/api/profiles?managerId={target}"),
    "begin a profile": Ask("POST /profiles", "/api/profiles", {"userId": "{target}", "firstName": "Begun"}),
    "edit a profile": Ask("PUT /profiles", "/api/profiles?userId={target}", {"bio": "Edited."}),
    "edit a profile by id": Ask("PUT /profiles", "/api/profiles?profileId={target}", {"bio": "Edited."}),
    "set a picture": Ask(
        "POST /settings/profile-picture",
        "/api/settings/profile-picture",
        {"imageData": PIXEL, "contentType": "image/png", "userId": "{target}"},
    ),
    "picture": Ask("GET /settings/profile-picture/url", "/api/settings/profile-picture/url?userId={target}"),
    "begin an import": Ask("POST /imports", "/api/imports", {"size": 1_000}),
    "remove a picture": Ask("DELETE /settings/profile-picture", "/api/settings/profile-picture?userId={target}"),
}


def mail_of(user_id):
    """The address of somebody of the cast."""
    name, _, org = user_id.partition(".")
    return f"{name}@{org or 'acme'}.example"


def _created(role):
    return CreatePerson.of(email="new@new.example", username="new-person", role=role)


def _edit(**fields):
    return lambda on, actor, user_id: on.services.users.edit(actor, user_id, EditPerson.of(**fields))


def calls(stage):  # noqa: C901 - one line per act
    """Row → the call of it, given the actor and a userId."""
    on, picture = stage.world, (PIXEL, "image/png")
    users, directory, sessions = on.services.users, on.services.directory, on.services.sessions
    audit, pictures, jobs = on.services.audit, on.services.pictures, on.services.jobs
    batches = on.services.batches

    def session_of(user_id):
        return stage.sessions[user_id].session.session_id if user_id in stage.sessions else "no-such-session"

    def job_of(user_id):
        return stage.jobs.get(user_id, "no-such-job")

    def export_by(actor):
        """What the worker does for whom asked for an export while they still could."""
        job = jobs.enqueue(UnitOfWork(), actor, EXPORT, {"filter": UserFilter().model_dump(mode="json")})
        return ExportTask(partial(actor_for_job, users), directory, on.platform.objects)(job, lambda *_: None)

    def verified_by(actor):
        """What the worker does for whom asked for a verification while they still could."""
        job = jobs.enqueue(UnitOfWork(), actor, VERIFY, {})
        quiet = AlertService(jobs, on.platform.store, on.clock, on.settings.url)
        return VerifyTask(partial(actor_for_job, users), audit, quiet)(job, lambda *_: None)

    def trail_by(actor):
        """The same of an export of the trail."""
        job = jobs.enqueue(UnitOfWork(), actor, EXPORT_AUDIT, {"wanted": {}, "format": "json"})
        return TrailTask(partial(actor_for_job, users), directory, audit, on.platform.objects)(job, lambda *_: None)

    def planned(act=Act.CHANGE, **after):
        return [PlannedRow(number=1, act=act, user_id="uma", name="Uma", version=2, after=after)]

    def plan(actor, rows):
        return batches.plan(actor, rows, cause="bulk", title="A plan")

    def batch_of(user_id):
        return stage.batches.get(user_id, "no-such-batch")

    def apply_by(actor):
        """What the worker does for whom asked for a change of roles while they still could."""
        job = jobs.enqueue(UnitOfWork(), actor, APPLY, {"batch": batch_of(actor.user_id)})
        return on.services.worker.handlers[APPLY](job, lambda *_, **__: None)

    def import_by(actor):
        """What the worker does for whom asked for an import while they still could: here there is no file."""
        job = jobs.enqueue(UnitOfWork(), actor, IMPORT, {"fileName": "people.csv"})
        return on.services.worker.handlers[IMPORT](job, lambda *_: None)

    def token_of(user_id):
        return stage.tokens[user_id][0] if user_id in stage.tokens else "no-such-token"

    return {
        "users.get_user_for": lambda a, u: users.get_user_for(a, u, Permission.READ_USERS),
        "users.get_person_for": lambda a, u: users.get_person_for(a, u, Permission.READ_USERS),
        "users.create": lambda a, _: users.create(a, _created(Role.USER)),
        "users.create.admin": lambda a, _: users.create(a, _created(Role.ADMIN)),
        "users.taken": lambda a, _: users.taken(a, "nobody@acme.example"),
        "users.edit": lambda a, u: _edit(first_name="Renamed")(on, a, u),
        "users.edit.email": lambda a, u: _edit(email="changed@new.example")(on, a, u),
        "users.edit.bio": lambda a, u: _edit(bio="Edited.")(on, a, u),
        "users.edit.department": lambda a, u: _edit(department="Elsewhere")(on, a, u),
        "users.edit.manager": lambda a, u: _edit(manager_id=a.user_id)(on, a, u),
        "users.edit.user": lambda a, u: _edit(role=Role.USER)(on, a, u),
        "users.edit.status": lambda a, u: _edit(status=Status.INACTIVE)(on, a, u),
        "users.edit.role": lambda a, u: _edit(role=Role.ANALYST)(on, a, u),
        "users.edit.admin": lambda a, u: _edit(role=Role.ADMIN)(on, a, u),
        "users.update_user": lambda a, u: users.update_user(a, u, EditPerson.of(first_name="Renamed")),
        "users.deactivate": users.deactivate,
        "users.reactivate": lambda a, u: _edit(status=Status.ACTIVE)(on, a, u) and users.reactivate(a, u),
        "users.set_avatar": lambda a, u: users.set_avatar(
            a, u, "profile-pictures/x/2.webp", "profile-pictures/x/2.webp"
        ),
        "directory.get": directory.get,
        "directory.get_by_email": lambda a, u: directory.get_by_email(a, mail_of(u)),
        "directory.get_by_profile": directory.get_by_profile,
        "directory.list_newest": lambda a, _: directory.list_newest(a, UserFilter()),
        "directory.names": lambda a, u: directory.names(a, [u]),
        "directory.own_manager": lambda a, _: directory.own_manager(a),
        "directory.managers": lambda a, _: directory.managers(a),
        "directory.departments": lambda a, _: directory.departments(a),
        "directory.list_page": lambda a, _: directory.list_page(a, UserFilter(), Place()),
        "directory.search": lambda a, _: directory.search(a, UserFilter()),
        "directory.progress": lambda a, _: directory.progress(a),
        "directory.matching": lambda a, _: directory.matching(a, UserFilter()),
        "directory.counts": lambda a, _: directory.counts(a, UserFilter()),
        "directory.list_team": directory.list_team,
        "directory.effects": directory.effects,
        "directory.reports": directory.reports,
        "directory.history": directory.history,
        "directory.figures": lambda a, _: directory.figures(a),
        "teams.around": on.services.teams.around,
        "teams.left_behind": lambda a, u: on.services.teams.left_behind(a, [u]),
        "teams.succession": lambda a, u: on.services.teams.succession(a, "root", u),
        "attention.look": lambda a, _: on.services.attention.look(a),
        "sessions.list_of": sessions.list_of,
        "sessions.revoke": lambda a, u: sessions.revoke(a, u, session_of(u)),
        "sessions.revoke.another's": lambda a, u: sessions.revoke(a, u, session_of("uma")),
        "sessions.sign_out_elsewhere": lambda a, _: sessions.sign_out_elsewhere(a),
        "sessions.sign_out_everywhere": sessions.sign_out_everywhere,
        "sessions.change_password": lambda a, _: sessions.change_password(a, PASSWORD, NEW),
        "sessions.new_link": sessions.new_link,
        "sessions.failed_tries": sessions.failed_tries,
        "sessions.unlock": sessions.unlock,
        "sessions.create_token": lambda a, _: sessions.create_token(a, "Another"),
        "sessions.list_tokens": lambda a, _: sessions.list_tokens(a),
        "sessions.revoke_token": lambda a, u: sessions.revoke_token(a, token_of(u)),
        "audit.list_newest": lambda a, _: audit.list_newest(a),
        "audit.list_page": lambda a, _: audit.list_page(a, AuditFilter(), Place()),
        "audit.list_newest.of": lambda a, u: audit.list_newest(a, AuditFilter(entity_id=u)),
        "audit.list_newest.by": lambda a, u: audit.list_newest(a, AuditFilter(user_id=u)),
        "audit.verify": lambda a, _: audit.verify(a, lambda *_: None),
        "audit.list_own": lambda a, _: audit.list_own(a),
        "pictures.set": lambda a, u: pictures.set(a, u, *picture),
        "pictures.remove": pictures.remove,
        "pictures.get_url": pictures.get_url,
        "exports.request": lambda a, _: on.services.exports.request(a, UserFilter(text="a")),
        "exports.request.done": lambda a, _: export_by(a),
        "exports.link": lambda a, u: on.services.exports.link(a, job_of(u)),
        "evidence.verify": lambda a, _: on.services.evidence.verify(a),
        "evidence.verify.done": lambda a, _: verified_by(a),
        "evidence.standing": lambda a, _: on.services.evidence.standing(a),
        "evidence.export": lambda a, _: on.services.evidence.export(a, AuditFilter(), Format.CSV),
        "evidence.export.done": lambda a, _: trail_by(a),
        "evidence.link": lambda a, u: on.services.evidence.link(a, job_of(u)),
        "batches.plan": lambda a, _: plan(a, planned(department="Elsewhere")),
        "batches.plan.roles": lambda a, _: plan(a, planned(role=Role.ANALYST)),
        "batches.plan.people": lambda a, _: plan(a, planned(Act.CREATE, email="n@n.example", username="new-one")),
        "batches.plan_change": lambda a, u: batches.plan_change(a, [u], EditPerson.of(department="X"), title="X"),
        "batches.plan_change.role": lambda a, u: batches.plan_change(a, [u], EditPerson.of(role="analyst"), title="X"),
        "batches.plan_edits": lambda a, u: batches.plan_edits(a, {u: {"department": "X"}}, title="X"),
        "batches.get": lambda a, u: batches.get(a, batch_of(u)),
        "batches.get.import": lambda a, u: batches.get(a, stage.imports.get(u, "no-such-batch")),
        "batches.apply": lambda a, u: batches.apply(a, batch_of(u)),
        "batches.apply.done": lambda a, _: apply_by(a),
        "batches.state": lambda a, u: batches.state(a, batch_of(u)),
        "batches.rows": lambda a, u: batches.rows(a, batch_of(u)),
        "batches.outcomes": lambda a, u: batches.outcomes(a, batch_of(u)),
        "batches.link": lambda a, u: batches.link(a, batch_of(u)),
        "batches.undo": lambda a, u: batches.undo(a, batch_of(u)),
        "batches.retry": lambda a, u: batches.retry(a, batch_of(u)),
        "imports.upload": lambda a, _: on.services.imports.upload(a, NewFile(size=1_000)),
        "imports.request": lambda a, _: on.services.imports.request(a, on.identifiers.new(), "people.csv"),
        "imports.request.done": lambda a, _: import_by(a),
        "imports.get": lambda a, u: on.services.imports.get(a, job_of(u)),
        "imports.rejected": lambda a, u: on.services.imports.rejected(a, job_of(u)),
        "jobs.get": lambda a, u: jobs.get(a, job_of(u)),
        "jobs.list_own": lambda a, _: jobs.list_own(a, {EXPORT.name}, lasting=KEPT),
        "jobs.retry": lambda a, u: jobs.retry(a, job_of(u)),
        "jobs.failed": lambda a, _: jobs.failed(a),
        "jobs.overview": lambda a, _: jobs.overview(a),
        "health.look": lambda a, _: on.services.health.look(a),
        "health.check": lambda a, _: on.services.health.check(a),
        "health.last_check": lambda a, _: on.services.health.last_check(a),
        "health.unreadable": lambda a, _: on.services.health.unreadable(a),
        "health.look_again": lambda a, _: on.services.health.look_again(a),
        "health.rules": lambda a, _: on.services.health.rules(a, "documents"),
        "raw_items.of_person": on.services.raw_items.of_person,
    }
