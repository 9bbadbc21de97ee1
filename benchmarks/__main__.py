"""``python -m benchmarks`` runs every benchmark of this folder; ``python -m benchmarks explorer`` runs one."""

import importlib
import pkgutil
import sys

import benchmarks

names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
unknown = set(sys.argv[1:]) - set(names)
if unknown:
    sys.exit(f"There is no benchmark {sorted(unknown)}; there are {names}.")
for name in sys.argv[1:] or names:
    importlib.import_module(f"benchmarks.{name}").main()
