from data.aws.provisioning import missing, setup


def test_a_complete_installation_is_left_as_it_is(world):
    assert setup(world.clients, world.settings).made == ()
    assert missing(world.clients, world.settings) == ()
    world.person("admin")
    world.person("user", "globex", "bob")
