"""Imports every module of the generated client: a name that is no Python, or a type that is missing, fails here."""

import importlib
import pkgutil

import itsudemo_client

modules = [m.name for m in pkgutil.walk_packages(itsudemo_client.__path__, "itsudemo_client.")]
for module in modules:
    importlib.import_module(module)
print(f"{len(modules)} modules of the Python client import")
