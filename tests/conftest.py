"""What all tests share, and the pin on the number of cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

import amip
from amip.lift import Lifted, lift_programmes
from samples import ROOT, TESTS

COLLECTED = TESTS / "collected.txt"

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop when cases have come or gone unnoticed; a selection of tests is not counted."""
    config = session.config
    whole = {config.rootpath / name for name in config.args} == {TESTS}
    selections = ("keyword", "markexpr", "deselect", "ignore", "lf")
    selected = any(config.getoption(name, None) for name in selections)
    if not whole or selected or session.testsfailed:
        return
    pinned = int(COLLECTED.read_text(encoding="utf-8"))
    if (found := len(session.items)) != pinned:
        raise pytest.UsageError(
            f"{found} cases were collected, {COLLECTED.name} says {pinned}; "
            f"if that is meant: echo {found} > {COLLECTED.relative_to(ROOT)}"
        )


@pytest.fixture(scope="session")
def lifted() -> Lifted:
    """The programmes of the package, lifted once."""
    return lift_programmes()


@pytest.fixture(scope="session")
def graph() -> amip.Graph:
    """The programmes of the package, to be asked."""
    return amip.open()


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> amip.Dataset:
    """The dataset folder of the package's programmes, built once."""
    return amip.build(tmp_path_factory.mktemp("published") / "dist")


@pytest.fixture(scope="session")
def sources() -> Path:
    """The folder of the source texts, which are no part of the repository."""
    folder = ROOT.parent / "shared" / "sources"
    if not folder.is_dir():
        pytest.skip(f"the source texts are not at {folder}")
    return folder
