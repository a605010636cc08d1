"""aiosqlite and SQLAlchemy's async engine in the lab: queries take no virtual time, and none is lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from waterclock.lab import Lab

aiosqlite = pytest.importorskip("aiosqlite")
sqlalchemy = pytest.importorskip("sqlalchemy")


def test_the_names_that_are_replaced_exist() -> None:
    import aiosqlite.core as core

    for name in ("Thread", "SimpleQueue", "set_result", "set_exception"):
        assert hasattr(core, name)


async def fill(path: Path, count: int = 10) -> None:
    async with aiosqlite.connect(path) as db:
        await db.execute("create table readings (n integer)")
        await db.executemany("insert into readings values (?)", [(n,) for n in range(count)])
        await db.commit()


async def rows(path: Path) -> AsyncIterator[int]:
    async with aiosqlite.connect(path) as db, db.execute("select n from readings order by n") as cursor:
        async for (number,) in cursor:
            yield number
            await asyncio.sleep(1)


def test_rows_come_in_no_time(tmp_path: Path) -> None:
    with Lab() as lab:
        lab.run(fill(tmp_path / "db"))
        reader = lab.drain(rows(tmp_path / "db"))
        assert (lab.now, reader.items) == (0, [(0, 0)])
        lab.advance(to=3)
        assert reader.items == [(n, n) for n in range(4)]


def test_leaving_closes_the_connection(tmp_path: Path) -> None:
    app = FastAPI()

    @app.get("/")
    async def endpoint() -> StreamingResponse:
        return StreamingResponse(f"{number}\n" async for number in rows(tmp_path / "db"))

    with Lab(app) as lab:
        lab.run(fill(tmp_path / "db"))
        client = lab.get("/")
        lab.advance(to=2.5)
        client.leave()
        assert client.text == "0\n1\n2\n"
        assert not [each for each in lab.leftovers() if each.kind in ("task", "thread")]


def test_a_query_lets_others_run(tmp_path: Path) -> None:
    order: list[str] = []

    async def query(name: str) -> None:
        async with aiosqlite.connect(":memory:") as db:
            for _ in range(3):
                await db.execute("select 1")
                order.append(name)

    async def both() -> None:
        await asyncio.gather(query("a"), query("b"))

    with Lab() as lab:
        lab.run(both())
    assert order == ["a", "b", "a", "b", "a", "b"]


def test_an_error_comes_back(tmp_path: Path) -> None:
    async def wrong() -> None:
        async with aiosqlite.connect(":memory:") as db:
            await db.execute("select * from nowhere")

    with Lab() as lab, pytest.raises(aiosqlite.OperationalError, match="nowhere"):
        lab.run(wrong())


def test_outside_the_lab_it_is_as_ever(tmp_path: Path) -> None:
    with Lab():
        pass
    asyncio.run(fill(tmp_path / "db"))

    async def first() -> int:
        async for number in rows(tmp_path / "db"):
            return number
        return -1

    assert asyncio.run(first()) == 0


def test_sqlalchemy_streams_and_gives_its_connection_back(tmp_path: Path) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'db'}")

    async def stream() -> AsyncIterator[int]:
        async with engine.connect() as connection:
            result = await connection.stream(sqlalchemy.text("select n from readings order by n"))
            async for (number,) in result:
                yield number
                await asyncio.sleep(1)

    with Lab() as lab:
        lab.run(fill(tmp_path / "db"))
        reader = lab.drain(stream())
        lab.advance(to=2)
        assert reader.items == [(0, 0), (1, 1), (2, 2)]
        assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
        reader.leave()
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        lab.run(engine.dispose())
