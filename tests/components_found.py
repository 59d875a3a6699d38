"""Every component that is registered, by name."""

from importlib import import_module
from pkgutil import walk_packages

import components
from components.kit.browser_component import BrowserComponent

_MODULES = [
    import_module(each.name)
    for each in walk_packages(components.__path__, "components.")
    if each.name != "components.frame.shell"
]
_FOUND = [each for module in _MODULES for each in vars(module).values() if isinstance(each, BrowserComponent)]
COMPONENTS = {each.name: each for each in _FOUND}
