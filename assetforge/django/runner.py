"""Django's test runner, which records the pages that tests ask for (`assetforge.django.recorder`).

    TEST_RUNNER = "assetforge.django.runner.RecordingRunner"

A project with a runner of its own mixes `Recording` into it. What must stay true: tests run as without it; and with `--parallel`,
where each worker has its own copy of this process or starts anew, every worker records.
"""

from typing import Any

from django.test.runner import DiscoverRunner, ParallelTestSuite

from assetforge.django import recorder


def _started(*arguments: Any, **options: Any) -> None:
    ParallelTestSuite.init_worker(*arguments, **options)
    recorder.start()


class _RecordingSuite(ParallelTestSuite):
    """Workers that are spawned know nothing of what the first process has begun."""

    init_worker = _started


class Recording:
    """For any runner with Django's steps."""

    parallel_test_suite: type[ParallelTestSuite] = _RecordingSuite

    def setup_test_environment(self, **options: Any) -> None:
        super().setup_test_environment(**options)  # type: ignore[misc]
        recorder.start()

    def teardown_test_environment(self, **options: Any) -> None:
        recorder.stop()
        super().teardown_test_environment(**options)  # type: ignore[misc]


class RecordingRunner(Recording, DiscoverRunner):
    """`DiscoverRunner`, recording."""
