import pytest

from data.web.paths import Kind, kind_of, ours

FOREIGN = [
    "",
    "users",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nset-cookie: a=b",
    "/\x00",
    "https://evil.example",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/ /evil.example",
    "/%5cevil.example",
    "/%2f/evil.example",
    "/%2Fevil.example",
    "/%0d%0aset-cookie:a=b",
    "/%09/evil.example",
    "/\u2044evil.example",
    "/<script>",
    '/"onload="x',
    "/#@evil.example",
    "/" + "x" * 2_000,
]


def test_after_signing_in_nobody_is_sent_elsewhere():
    assert [path for path in FOREIGN if ours(path) != "/"] == []


@pytest.mark.parametrize("path", ["/", "/users", "/users?role=admin&q=a%20b&next=/x", "/user?id=a-1.b_2~", "/a%C3%BC"])
def test_our_own_pages_are_gone_back_to(path):
    assert ours(path) == path


KINDS = [
    ("/", Kind.PAGE),
    ("/users", Kind.PAGE),
    ("/apiary", Kind.PAGE),
    ("/sign-in/x", Kind.PAGE),
    ("/api", Kind.PAGE),
    ("/api/users", Kind.API),
    ("/api/docs", Kind.PAGE),
    ("/api/docsx", Kind.API),
    ("/sign-in", Kind.PUBLIC),
    ("/auth/oidc", Kind.PUBLIC),
    ("/auth/oidc/callback", Kind.PUBLIC),
    ("/auth/oidc/callback/x", Kind.PAGE),
    ("/auth/login", Kind.PAGE),
    ("/_stcore/health", Kind.PUBLIC),
    ("/users/_stcore/health", Kind.PUBLIC),
    ("/media/_stcore/health", Kind.PROGRAM),
    ("/api/_stcore/health", Kind.API),
    ("/users/_stcore/stream", Kind.PAGE),
    ("/_stcore/healthy", Kind.PROGRAM),
    ("/_stcore/stream", Kind.PROGRAM),
    ("/_stcore/upload_file/a", Kind.CLOSED),
    ("/assets/x", Kind.STATIC),
    ("/assetsx", Kind.PAGE),
    ("/readyz", Kind.STATUS),
    *[(f"/readyz{more}", Kind.PAGE) for more in ("/", "/x", "x", "foo", ".json", "\n", " ", "%2f", ";x", "/../users")],
    *[(path, Kind.PAGE) for path in ("/ready", "//readyz", "/READYZ", "/x/readyz", "/users/readyz", "./readyz")],
    *[(f"/healthz{more}", Kind.PAGE) for more in ("/", "/x", "x", "\n")],
    *[(f"/favicon.ico{more}", Kind.PAGE) for more in ("/", "x")],
    *[(f"/set-password{more}", Kind.PAGE) for more in ("/", "x", "\n")],
    ("/_stcore/health/", Kind.PROGRAM),
    ("/_stcore/host-config", Kind.PUBLIC),
    ("/_stcore/host-config/x", Kind.PROGRAM),
    ("/x/_stcore/host-config", Kind.PUBLIC),
    ("/audit-log/_stcore/health", Kind.PUBLIC),
    ("/users/_stcore/health/", Kind.PAGE),
    ("/users/_stcore/healthy", Kind.PAGE),
    ("/users/_stcore/health\n", Kind.PAGE),
    ("/users/x/_stcore/health", Kind.PAGE),
    ("//_stcore/health", Kind.PAGE),
    ("/users//_stcore/health", Kind.PAGE),
    ("/../_stcore/health", Kind.PAGE),
    ("/files/people/x/_stcore/health", Kind.PAGE),
    ("/files/_stcore/health", Kind.PAGE),
    ("/component/x/_stcore/health", Kind.PROGRAM),
    ("/assets", Kind.PAGE),
    ("/static", Kind.PAGE),
    ("/users/static/x", Kind.PAGE),
    ("/static/x", Kind.STATIC),
    ("/static/../_stcore/stream", Kind.PAGE),
    ("/assets/../api/users", Kind.PAGE),
    ("/assets/..", Kind.PAGE),
    ("/assets/./x", Kind.PAGE),
    ("/assets//x", Kind.PAGE),
    ("/assets/x/", Kind.PAGE),
    ("/static/x/_stcore/stream", Kind.PAGE),
    ("/static/_stcore/stream", Kind.PAGE),
    ("/static/js/index.a_b-C9.js", Kind.STATIC),
    ("/assets/..css", Kind.STATIC),
    ("/_stcore/metrics", Kind.CLOSED),
    ("/_stcore/metrics/x", Kind.CLOSED),
    ("/_stcore/metricsx", Kind.CLOSED),
    ("/_stcore/agent/mcp", Kind.CLOSED),
    ("/media", Kind.PAGE),
    ("/component", Kind.PAGE),
    ("/api/docs/vendor/x", Kind.PAGE),
    ("/api/docs/", Kind.PAGE),
    ("/api/doc", Kind.API),
]


def test_every_path_is_of_one_kind():
    assert [(path, kind_of(path)) for path, kind in KINDS if kind_of(path) is not kind] == []
