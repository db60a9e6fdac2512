"""The catalogue: one file per tool, named for it. A new file is a whole contribution."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
