"""What the people of a sample organisation did in the month before a moment: a plan, the same each time it is made.

It is made forward in time over where everybody stood then, so that each act is one its actor might do.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from data.core.permissions import Role
from data.sample.acts import Act, Deed, Standing
from data.sample.organisation import SampleOrganisation
from data.sample.people import DEPARTMENTS, SamplePerson
from data.sample.visits import visits

DAYS: Final = 30
WORK: Final = (time(8), time(17))  # UTC, for acts that have no place
SIZE: Final = 250  # people for whom so many acts are right
BIOS: Final = (
    "Ask me about our runbooks.",
    "On call every third week.",
    "Works part-time, Monday to Thursday.",
    "Mentor for newcomers.",
    "Writes more than she talks.",
    "Here since the first office.",
)
PLACES: Final = ("London", "Lisbon", "Nairobi", "Toronto", "Singapore", "Remote")
TOKENS: Final = ("Weekly report", "Sync to the warehouse", "On-call script", "Notebook")
LEAD: Final = 2  # the level of those who lead a team; whoever is below has nobody below them
STRANGE: Final = "203.0.113."  # addresses of nobody


class Month:
    def __init__(self, organisation: SampleOrganisation, until: datetime) -> None:
        self._organisation, self._until = organisation, until
        self._random = Random(f"the month of {organisation.name}")
        self._all = {person.username: self._standing(person) for person in organisation.people}
        self._known = {one.username for one in organisation.people if organisation.password(one)}
        self._absences: list[tuple[str, datetime, datetime]] = []

    def acts(self) -> tuple[Act, ...]:
        """All, in the order in which they happened."""
        welcomes = list(self._welcomes())
        chances = sorted(self._chances(), key=lambda chance: chance[0])
        done = [act for at, chance in chances for act in chance(at)]
        came = [act for act in self._visits() if not self._absent(act)]
        return tuple(sorted([*welcomes, *done, *came], key=lambda act: (act.at, act.key)))

    def _standing(self, person: SamplePerson) -> Standing:
        turn, founder = self._organisation.turn(person), person is self._organisation.founder
        days = self._organisation.seen_days(person)
        seen = None if days is None else self._until - timedelta(days=days)
        joined = self._until - timedelta(days=person.days - 0.2)
        return Standing(
            person=person,
            joined=joined,
            since=max(joined, self._until - timedelta(days=turn.days - 0.1)) if turn else joined,
            seen=seen,
            gone=turn is not None and turn.left,
            version=1 + int(founder) + int(turn is not None),
            manager=person.manager,
            department=person.department,
            title=turn.title if turn and turn.title else person.job_title,
            role=person.role,
        )

    def _chances(self) -> Iterator[tuple[datetime, Callable[[datetime], Iterator[Act]]]]:
        """Moments, and what may happen at each."""
        wanted = (
            (self._own_profile, 110),
            (self._title, 60),
            (self._move, 45),
            (self._transfer, 14),
            (self._role, 12),
            (self._leave, 5),
            (self._link, 9),
            (self._token, 22),
            (self._guess, 6),
        )
        for chance, number in wanted:
            for _ in range(max(1, number * len(self._all) // SIZE)):
                yield self._moment(), chance
        yield self._until - timedelta(hours=3, minutes=20), self._guess
        yield self._until - timedelta(hours=30), self._link

    def _moment(self) -> datetime:
        """In working hours; of five at a weekend four are put off to the day before."""
        day = (self._until - timedelta(days=self._random.uniform(0.5, DAYS))).replace(minute=0, second=0)
        if day.weekday() > 4 and self._random.random() < 0.8:  # noqa: PLR2004 - Saturday and Sunday
            day -= timedelta(days=day.weekday() - 4)
        hours = self._random.uniform(WORK[0].hour, WORK[1].hour)
        moment = day.replace(hour=0) + timedelta(hours=hours)
        return moment if moment < self._until - timedelta(hours=1) else moment - timedelta(days=1)

    def _visits(self) -> Iterator[Act]:
        for one in self._all.values():
            if one.seen is None or one.gone:
                continue
            zone, since = ZoneInfo(one.person.place[1]), max(one.joined, self._until - timedelta(days=DAYS))
            name = one.person.username
            for at, until in visits(f"{self._organisation.name}/{name}", zone, since, one.seen):
                yield Act(at, Deed.VISIT, name, name, until=until)

    def _absent(self, visit: Act) -> bool:
        return any(name == visit.actor and left <= visit.at < back for name, left, back in self._absences)

    def _welcomes(self) -> Iterator[Act]:
        """Who joined this month and came chose a password first, by a link that an admin made."""
        for one in self._all.values():
            at = one.joined + timedelta(hours=3)
            recent = at > self._until - timedelta(days=DAYS)
            if recent and one.seen and at < one.seen and not one.gone and one.person.username not in self._known:
                one.settled = True
                yield Act(at, Deed.WELCOME, self._admin(at), one.person.username)

    def _admin(self, at: datetime) -> str:
        admins = [name for name, one in self._all.items() if one.role is Role.ADMIN and one.joined < at]
        return self._random.choice(admins)

    def _pick(self, fits: Callable[[Standing], bool], at: datetime) -> Standing | None:
        """Somebody whom an act may be about."""
        open_to = [
            one
            for one in self._all.values()
            if not (one.gone or one.settled) and one.since + timedelta(days=1) < at and fits(one)
        ]
        return self._random.choice(open_to) if open_to else None

    def _member(self, at: datetime) -> Standing | None:
        """Somebody with nobody below them, whom no newcomer signs in as."""
        return self._pick(lambda one: one.person.level > LEAD and one.person.username not in self._known, at)

    def _edited(self, at: datetime, actor: str, about: Standing, **values: str) -> Iterator[Act]:
        yield Act(at, Deed.EDIT, actor, about.person.username, values, about.version)
        about.version += 1

    def _own_profile(self, at: datetime) -> Iterator[Act]:
        if one := self._pick(lambda one: one.here(at), at):
            name = self._random.choice(("bio", "location", "phone"))
            phone = f"{one.person.place[2]}{self._random.randint(100, 999)}"
            value = {"bio": self._random.choice(BIOS), "location": self._random.choice(PLACES), "phone": phone}[name]
            yield from self._edited(at, one.person.username, one, **{name: value})

    def _title(self, at: datetime) -> Iterator[Act]:
        one = self._member(at)
        if one and (boss := self._all.get(one.manager or "")) and boss.here(at) and one.role is not Role.MANAGER:
            base = one.title.removeprefix("Senior ").removeprefix("Principal ")
            title = f"{self._random.choice(('Senior', 'Principal'))} {base[0].lower()}{base[1:]}"
            if title != one.title:
                one.title = title
                yield from self._edited(at, boss.person.username, one, job_title=title)

    def _leads(self, department: str, but: str | None) -> list[Standing]:
        return [
            one
            for name, one in self._all.items()
            if one.person.level == LEAD
            and one.department == department
            and not one.gone
            and name != but
            and one.role is Role.MANAGER
        ]

    def _move(self, at: datetime) -> Iterator[Act]:
        """To another team of the department, by its director."""
        one = self._member(at)
        leads = [lead for lead in self._leads(one.department, one.manager) if lead.joined < at] if one else []
        if one and leads and (head := self._all.get(leads[0].manager or "")) and head.here(at):
            one.manager = self._random.choice(leads).person.username
            yield from self._edited(at, head.person.username, one, manager=one.manager)

    def _transfer(self, at: datetime) -> Iterator[Act]:
        """To another department, by an admin."""
        one = self._member(at)
        department = self._random.choice(sorted(DEPARTMENTS))
        leads = [lead for lead in self._leads(department, None) if lead.joined < at]
        if one and leads and department != one.department and one.role is Role.USER:
            one.department, one.title = department, DEPARTMENTS[department][0]
            one.manager = self._random.choice(leads).person.username
            values = {"department": department, "job_title": one.title, "manager": one.manager}
            yield from self._edited(at, self._admin(at), one, **values)

    def _role(self, at: datetime) -> Iterator[Act]:
        if (one := self._member(at)) and one.role in {Role.USER, Role.ANALYST}:
            one.role = Role.USER if one.role is Role.ANALYST else Role.ANALYST
            yield from self._edited(at, self._admin(at), one, role=one.role)

    def _leave(self, at: datetime) -> Iterator[Act]:
        """Deactivated, and most of them back some days later."""
        if one := self._member(at):
            admin, back = self._admin(at), at + timedelta(days=self._random.uniform(3, 9))
            returns = back < self._until - timedelta(hours=12)
            until = back if returns else self._until
            if one.seen and at <= one.seen < until:
                return  # nobody is seen while they may not come in
            yield from self._edited(at, admin, one, status="inactive")
            one.settled = True
            if returns:
                yield from self._edited(back, admin, one, status="active")
            self._absences.append((one.person.username, at, until))

    def _link(self, at: datetime) -> Iterator[Act]:
        """A new link for somebody who never came."""
        if one := self._pick(lambda one: one.seen is None, at):
            yield Act(at, Deed.LINK, self._admin(at), one.person.username)

    def _token(self, at: datetime) -> Iterator[Act]:
        one = self._pick(lambda one: one.here(at) and one.role is not Role.USER, at)
        if one:
            made = Act(at, Deed.TOKEN, one.person.username, one.person.username, {"name": self._random.choice(TOKENS)})
            yield made
            later = at + timedelta(days=self._random.uniform(1, 12))
            if self._random.random() < 0.3 and one.here(later):  # noqa: PLR2004
                yield replace(made, at=later, deed=Deed.REVOKE)

    def _guess(self, at: datetime) -> Iterator[Act]:
        """Five wrong passwords, after which further tries are delayed; an admin lifts that as a rule."""
        fits = self._pick(lambda one: one.seen is not None and one.person.username not in self._known, at)
        if fits:
            name, address = fits.person.username, f"{STRANGE}{self._random.randint(2, 250)}"
            yield Act(at, Deed.GUESS, name, name, {"address": address})
            lifted = at + timedelta(minutes=self._random.uniform(9, 90))
            if lifted < self._until - timedelta(hours=4):
                yield Act(lifted, Deed.UNLOCK, self._admin(lifted), name)
