"""What the lab does otherwise than a real server, on purpose or because it has to. Data: no app is loaded for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    case: str
    uvicorn: str
    lab: str
    reason: str


DIFFERENCES: dict[str, Difference] = {
    "head_of_a_stream": Difference(
        case="HEAD on a route that streams",
        uvicorn="the client has all it asked for when the headers are there, hangs up, and the stream is cancelled",
        lab="the stream runs on to its end and its chunks are dropped",
        reason="the lab's client does not hang up by itself",
    ),
}


def table() -> str:
    """The known differences as a Markdown table."""
    rows = [f"| {each.case} | {each.uvicorn} | {each.lab} | {each.reason} |" for each in DIFFERENCES.values()]
    return "\n".join(["| case | uvicorn | the lab | why |", "|---|---|---|---|", *rows]) + "\n"
