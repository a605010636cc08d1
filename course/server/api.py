"""What pages ask the server: the state of the exercises, and the feed of what happens to them. Reading only."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from course.server.board import Board
from course.server.hub import Hub
from course.server.room import Room, full

router = APIRouter(prefix="/course")

_NO_BUFFER = {"cache-control": "no-cache", "x-accel-buffering": "no"}


@router.get("/exercises")
def exercises(request: Request) -> dict[str, Any]:
    board: Board = request.app.state.board
    return board.everything()


@router.get("/exercises/{exercise_id}")
def exercise(request: Request, exercise_id: str) -> dict[str, Any]:
    board: Board = request.app.state.board
    for entry in board.catalog.entries():  # by its id only: the catalog itself would also take a path
        if entry.id == exercise_id:
            return board.one(entry)
    raise HTTPException(404, "There is no exercise of that id.")


@router.get("/events")
async def events(request: Request, last_event_id: Annotated[str | None, Header()] = None) -> Response:
    """
    Server-sent events: `checking`, `verdict`, `report`, `site`, `trouble`, `apps`, `reset`. Resumable by Last-Event-ID.

    An id that is unknown, too old or nonsense gets a `reset`, never an error: a browser would not come back after one.
    A page for which there is no room gets 503. It asks for the state instead, and comes back.
    """
    hub: Hub = request.app.state.hub
    room: Room = request.app.state.room
    if hub.listeners >= room.listeners:
        return full("More pages are open than this server can tell at once.")
    return StreamingResponse(hub.listen(last_event_id), media_type="text/event-stream", headers=_NO_BUFFER)


@router.head("/events")
async def events_head() -> Response:
    """What a listener would be told first, and no stream."""
    return Response(media_type="text/event-stream", headers=_NO_BUFFER)
