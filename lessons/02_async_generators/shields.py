"""Two shields around the last `await`, and what is over first."""

import asyncio

import anyio


async def hang_up() -> None:
    print("  hanging up")
    await asyncio.sleep(0.05)
    print("  the line is free")


async def by_anyio() -> None:
    try:
        await asyncio.sleep(1)
    finally:
        with anyio.CancelScope(shield=True):
            await hang_up()


async def by_asyncio() -> None:
    try:
        await asyncio.sleep(1)
    finally:
        await asyncio.shield(hang_up())


async def main() -> None:
    for way in (by_anyio, by_asyncio):
        print(way.__name__)
        with anyio.move_on_after(0.1):
            await way()
        print("  the stream is over")
        await asyncio.sleep(0.1)  # The server goes on.


asyncio.run(main())
