"""The people of the sample organisations: a believable tree of managers and departments, the same each time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

from data.core.permissions import Role

FIRST: Final = (
    "Maya Yuki Ronan Lars Leila Kwame Chiara Katya Thandi Samuel Elif Dilan Ibrahim Felix Salma Priya "
    "Tomás Noor Oscar Wanjiru Aiko Amara Bo Camille Daniela Emeka Freya Goran Hana Ingrid Jamal Keiko "
    "Lucía Mateus Nadia Olu Petra Quentin Rosa Sanna Tariq Uma Vera Wei Ximena Yusuf Zoë André Bilal "
    "Clara"
).split()
LAST: Final = (
    "Okafor Mensah Kamau Walsh Rahimi Holm Kovács Rivera Brandt Dube Nyström Moreau Demir Benali Berg "
    "Tanaka Haddad Raman Silva Novak Lindqvist Osei Petrov Quispe Rossi Sato Torres Ueda Vargas Weiss Xu "
    "Yilmaz Zhang Almeida Bauer Castillo Diallo Eriksen Fischer García Hansen Ito Jensen Kim Larsen "
    "Müller Nguyen Ortiz Park Singh"
).split()
PLACES: Final = (
    ("London", "Europe/London", "+44 20 7946 0"),
    ("Lisbon", "Europe/Lisbon", "+351 21 555 0"),
    ("Nairobi", "Africa/Nairobi", "+254 20 555 0"),
    ("Toronto", "America/Toronto", "+1 416 555 0"),
    ("Singapore", "Asia/Singapore", "+65 6555 0"),
)
DEPARTMENTS: Final = {
    "Engineering": ("Software engineer", 64),
    "Support": ("Support specialist", 48),
    "Sales": ("Account manager", 36),
    "Operations": ("Operations specialist", 28),
    "Marketing": ("Marketing specialist", 22),
    "Finance": ("Accountant", 18),
    "Design": ("Product designer", 14),
    "Legal": ("Counsel", 6),
}
TEAM: Final = 8  # people who report to one manager


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """`level` is the distance from the top; whoever `manager` names has a lower one. `days`: since they joined."""

    username: str
    first_name: str
    last_name: str
    role: Role
    job_title: str
    department: str
    manager: str | None
    level: int
    days: int
    seen_minutes: int | None
    place: tuple[str, str, str]
    extension: int

    @property
    def profile(self) -> dict[str, str]:
        """The fields of the profile, as CreatePerson takes them."""
        city, zone, phone = self.place
        names = {"first_name": self.first_name, "last_name": self.last_name, "department": self.department}
        more = {"job_title": self.job_title, "location": city, "timezone": zone, "phone": f"{phone}{self.extension}"}
        return names | more


@dataclass(slots=True)
class Cast:
    """Makes people one after the other, each with a name nobody has yet."""

    random: Random
    taken: set[str] = field(default_factory=set)

    def person(
        self, role: Role, job_title: str, department: str, manager: SamplePerson | None, name: str = ""
    ) -> SamplePerson:
        first, last = name.split(" ", 1) if name else self._name()
        level = manager.level + 1 if manager else 0
        most = manager.days - 5 if manager else 900
        return SamplePerson(
            username=self._username(first, last),
            first_name=first,
            last_name=last,
            role=role,
            job_title=job_title,
            department=department,
            manager=manager.username if manager else None,
            level=level,
            days=self.random.randint(1, max(2, most)) if level > 1 else most - level * 30,
            seen_minutes=self._seen(),
            place=self.random.choice(PLACES),
            extension=self.random.randint(100, 999),
        )

    def _seen(self) -> int | None:
        """Minutes since they were last here: most today, some this month, some never."""
        chance = self.random.random()
        if chance < 0.45:  # noqa: PLR2004 - shares of the people
            return self.random.randint(7, 700)
        return None if chance > 0.9 else self.random.randint(700, 40_000)  # noqa: PLR2004

    def _name(self) -> tuple[str, str]:
        return self.random.choice(FIRST), self.random.choice(LAST)

    def _username(self, first: str, last: str) -> str:
        base = _plain(f"{first}.{last}")
        number = next(n for n in range(1, 1_000) if (base if n == 1 else f"{base}{n}") not in self.taken)
        username = base if number == 1 else f"{base}{number}"
        self.taken.add(username)
        return username


def northwind() -> tuple[SamplePerson, ...]:
    """About 250 people: an admin at the top, a director per department, managers of teams, and their teams."""
    cast = Cast(Random(20_261_121))
    top = cast.person(Role.ADMIN, "Head of operations", "Operations", None, "Ines Moreau")
    people = [top, cast.person(Role.ADMIN, "Systems administrator", "Engineering", top, "Oscar Lindqvist")]
    for department, (job_title, size) in DEPARTMENTS.items():
        people += _department(cast, top, department, job_title, size)
    return tuple(people)


def globex() -> tuple[SamplePerson, ...]:
    """A dozen people of another organisation, whom nobody at Northwind ever sees."""
    cast = Cast(Random(7))
    top = cast.person(Role.ADMIN, "Managing director", "Research", None, "Greta Solberg")
    team = [
        cast.person(Role.ANALYST if n < 3 else Role.USER, "Researcher", "Research", top)  # noqa: PLR2004
        for n in range(11)
    ]
    return (top, *team)


def _department(cast: Cast, top: SamplePerson, department: str, job_title: str, size: int) -> Iterator[SamplePerson]:
    name = {"Support": "Maya Okafor"}.get(department, "")
    head = cast.person(Role.MANAGER, f"Director of {department.lower()}", department, top, name)
    yield head
    for start in range(0, size, TEAM):
        lead = cast.person(Role.MANAGER, f"{job_title}, lead", department, head)
        yield lead
        for n in range(min(TEAM, size - start) - 1):
            analyst = n == 0
            known = {("Finance", 0): "Aiko Tanaka", ("Support", 1): "Noor Haddad"} if start == 0 else {}
            role, title = (Role.ANALYST, f"{department} analyst") if analyst else (Role.USER, job_title)
            yield cast.person(role, title, department, lead, known.get((department, n), ""))


def _plain(name: str) -> str:
    """The name in the letters that a username may have."""
    table = str.maketrans("áàâãäåéèêëíìîïóòôõöøúùûüçñ", "aaaaaaeeeeiiiioooooouuuucn")
    return "".join(letter for letter in name.casefold().translate(table).replace("ß", "ss") if letter.isascii())
