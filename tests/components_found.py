"""Every component that is registered, by name."""

from importlib import import_module
from pkgutil import iter_modules

import components
from components.kit.browser_component import BrowserComponent

_MODULES = [
    import_module(f"components.{each.name}") for each in iter_modules(components.__path__) if each.name != "shell"
]
_FOUND = [each for module in _MODULES for each in vars(module).values() if isinstance(each, BrowserComponent)]
COMPONENTS = {each.name: each for each in _FOUND}
