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


@pytest.mark.parametrize("path", FOREIGN)
def test_after_signing_in_nobody_is_sent_elsewhere(path):
    assert ours(path) == "/"


@pytest.mark.parametrize("path", ["/", "/users", "/users?role=admin&q=a%20b&next=/x", "/user?id=a-1.b_2~", "/a%C3%BC"])
def test_our_own_pages_are_gone_back_to(path):
    assert ours(path) == path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
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
    ],
)
def test_every_path_is_of_one_kind(path, kind):
    assert kind_of(path) is kind
