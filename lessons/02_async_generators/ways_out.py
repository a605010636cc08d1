"""Five ways out of an async generator, and what becomes of an `await` in its `finally`."""

import asyncio
from collections.abc import AsyncGenerator

import anyio


async def readings(line_fails: bool = False) -> AsyncGenerator[str, None]:
    seen = "nothing"
    try:
        yield "9.8 C"
        await asyncio.sleep(0.05)
        if line_fails:
            raise OSError
    except BaseException as error:
        seen = type(error).__name__
        raise
    finally:
        hung_up = False
        try:
            await asyncio.sleep(0.05)  # Hanging up takes a while.
            hung_up = True
        finally:
            print(f"{seen:<16} {'hung up' if hung_up else 'cancelled while hanging up'}")


async def read(line_fails: bool = False) -> None:
    async for _ in readings(line_fails):
        pass


async def close() -> None:
    source = readings()
    await anext(source)
    await source.aclose()


async def cancel_once() -> None:
    task = asyncio.create_task(read())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])


async def cancel_as_a_server_does() -> None:
    with anyio.move_on_after(0.01):
        await read()


async def main() -> None:
    print(f"{'way out':<25} {'it saw':<16} and then")
    for name, way in {
        "its own end": read(),
        "the line fails": read(line_fails=True),
        "the reader closes it": close(),
        "task.cancel(), once": cancel_once(),
        "a cancelled anyio scope": cancel_as_a_server_does(),
    }.items():
        print(f"{name:<25} ", end="")
        try:
            await way
        except OSError:
            pass  # The reader gets the error, as it should.


asyncio.run(main())
