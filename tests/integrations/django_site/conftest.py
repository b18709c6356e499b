"""Projects for the tests of this folder, which import `django_project` from beside them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from django_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """For what several tests look at and none changes."""
    return lambda: Project(tmp_path_factory.mktemp("django") / "project")
