"""pytest plugin: looks for garbage only among what the tests make.

What is imported for them stays to their end, some three hundred thousand objects. To look through all of these again
and again, while they are loaded and then in every tenth test, would take a quarter of the time of the suite.
"""

import gc

gc.disable()  # until everything is loaded


def pytest_collection_finish() -> None:
    """Whatever there is by now is never looked at again; what the tests make is, though not as often as by default."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
