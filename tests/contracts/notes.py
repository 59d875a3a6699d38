"""A tiny domain that exists only in the tests. docs/architecture.md uses it as the example of how to add one."""

from dataclasses import dataclass

from fastapi import APIRouter
from pydantic import BaseModel

from data.action_items.models import ItemText, Matter
from data.audit.models import Target
from data.audit.service import AuditService
from data.aws.conditions import absent
from data.aws.tables import Index, Table, create
from data.core.clock import iso
from data.core.errors import AlreadyThere, NotFound
from data.core.models import Command
from data.core.permissions import NOTHING_HERE, Permission, authorise, may
from data.domain import AuditAction, Built, Domain
from data.http.limited_routes import LimitedApiRoute
from data.http.parameters import CurrentActor

NOTES = Table("notes", ("noteId",), (Index("OrgIndex", "orgId", "createdAt"),))
BY_ORG = NOTES.indexes[0]


class NoteAction(AuditAction):
    WRITTEN = "note_written", "wrote the note", "wrote this note"


@dataclass(frozen=True)
class Note:
    org_id: str
    note_id: str
    text: str


class NewNote(Command):
    text: str


class NoteView(BaseModel):
    id: str
    text: str


class NoteService:
    def __init__(self, store, dynamo, audit, clock, identifiers):
        self._store, self._dynamo, self._audit = store, dynamo, audit
        self._clock, self._identifiers = clock, identifiers

    def write(self, actor, text):
        """Store a note, with its audit record. Raises NotPermitted."""
        authorise(actor, Permission.LIST_USERS)
        note = Note(actor.org_id, self._identifiers.new(), text)
        item = {"noteId": note.note_id, "orgId": note.org_id, "text": text, "createdAt": iso(self._clock.now())}
        with self._store.begin() as unit:
            unit.add(create(NOTES, item, when=absent(NOTES), otherwise=AlreadyThere("This note exists.")))
            self._audit.record(unit, actor, NoteAction.WRITTEN, entity=Target("note", note.note_id, text))
        return note

    def get(self, actor, note_id):
        """Return a note. Raises NotFound, NotPermitted."""
        item = self._dynamo.get(NOTES, {"noteId": note_id})
        if item is None:
            raise NotFound(NOTHING_HERE)
        note = _note(item)
        authorise(actor, Permission.OPEN_HOME, note)
        return note

    def list_newest(self, actor):
        """Return the notes of the organisation, newest first. Raises NotPermitted."""
        authorise(actor, Permission.OPEN_HOME)
        return [_note(item) for item in self._dynamo.query(NOTES, BY_ORG, actor.org_id).items]


def _note(item):
    return Note(item["orgId"], item["noteId"], item["text"])


def build(platform, services):
    audit = services.of(AuditService)
    return Built((NoteService(platform.store, platform.dynamo, audit, platform.clock, platform.identifiers),))


def routes(services):
    notes, router = services.of(NoteService), APIRouter(prefix="/notes", route_class=LimitedApiRoute)

    @router.get("")
    def list_notes(actor: CurrentActor) -> list[NoteView]:
        return [NoteView(id=note.note_id, text=note.text) for note in notes.list_newest(actor)]

    @router.post("", status_code=201)
    def write_note(actor: CurrentActor, body: NewNote) -> NoteView:
        note = notes.write(actor, body.text)
        return NoteView(id=note.note_id, text=note.text)

    return [router]


def downloads(services):
    notes = services.of(NoteService)
    return {"notes": lambda actor, note_id: f"https://files.example/{notes.get(actor, note_id).text}"}


def action_items(services, actor):
    def unread():
        if notes := services.of(NoteService).list_newest(actor):
            text = ItemText("note", f"{len(notes)} unread notes", notes[0].text, "Read", "notes")
            yield Matter("unread-notes", "info", len(notes), text=text)

    if may(actor, Permission.OPEN_HOME):
        yield "notes", unread


DOMAIN = Domain(
    name="notes",
    help="short texts for the organisation",
    no_page="it exists only in tests",
    tables=(NOTES,),
    actions=NoteAction,
    entities=("note",),
    build=build,
    routes=routes,
    downloads=downloads,
    action_items=action_items,
)
