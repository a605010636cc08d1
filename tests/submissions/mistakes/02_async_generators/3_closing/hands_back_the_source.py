# caught by: test_it_hangs_up_when_the_station_has_no_more
# learner reads: the source itself, as it was given

from collections.abc import AsyncGenerator, AsyncIterator


def closing(source: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    return source
