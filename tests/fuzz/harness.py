"""`python -m tests.fuzz.harness TARGET [libFuzzer's options]`: one target under atheris."""

import importlib
import sys

import atheris


def main() -> None:
    """Fuzz one target; libFuzzer ends the process, with 0 if nothing was found."""
    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["drivers"]):
        targets = importlib.import_module("tests.fuzz.targets")
    target = targets.TARGETS[name]
    atheris.Setup([name, *options], lambda data: targets.attempt(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
