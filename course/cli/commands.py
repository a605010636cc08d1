"""The subcommands and their options; what they do lies in a module each, imported when it is called."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Chunk by Chunk: HTTP streaming with Python and FastAPI, exercise by exercise.",
    epilog="`course` alone watches your files and judges what you save. Exit codes: 0 passed, 1 not yet, 2 the call "
    "or the course is broken.",
    invoke_without_command=True,
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ExerciseId = Annotated[str, typer.Argument(metavar="ID", help="An exercise: 03.1, its name, or its file.")]
MaybeId = Annotated[str | None, typer.Argument(metavar="[ID]", help="An exercise; without one, where you stand.")]


@app.callback()
def course(context: typer.Context, version: Annotated[bool, typer.Option("--version")] = False) -> None:
    if version:
        from course import __version__

        print(f"Chunk by Chunk {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        from course.cli.watching import watch

        watch()


@app.command("list")
def list_(lesson: Annotated[str | None, typer.Argument(metavar="[NN]", help="A lesson: 03.")] = None) -> None:
    """Show the lessons, or one lesson's exercises, and how far you are."""
    from course.cli.listing import show

    show(lesson)


@app.command()
def run(
    what: Annotated[str, typer.Argument(metavar="NN", help="A lesson (03) or an exercise (03.1).")],
    port: Annotated[int, typer.Option(help="Where to listen on 127.0.0.1; the next free one if it is taken.")] = 8000,
) -> None:
    """Serve a lesson's app until Ctrl+C."""
    from course.cli.running import serve

    serve(what, port)


@app.command()
def check(
    what: Annotated[list[str] | None, typer.Argument(metavar="[ID|NN]…", help="Exercises or lessons.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every exercise of the course.")] = False,
    against: Annotated[str, typer.Option(metavar="exercises|solutions|FILE", help="What to judge.")] = "exercises",
    json_: Annotated[bool, typer.Option("--json", help="One JSON verdict per line, as they are reached.")] = False,
    no_live: Annotated[bool, typer.Option("--no-live", help="Leave out what needs a real server.")] = False,
) -> None:
    """Judge exercises and say exactly what they did, and when."""
    from course.cli.checking import check

    check(what or [], everything=all_, against=against, as_json=json_, live=not no_live)


@app.command()
def hint(exercise: MaybeId = None, all_: Annotated[bool, typer.Option("--all", help="All of them.")] = False) -> None:
    """Show the next hint for an exercise: three of them, from a nudge to almost."""
    from course.cli.helping import hint

    hint(exercise, everything=all_)


@app.command()
def solution(
    exercise: ExerciseId,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although yours has not passed yet.")] = False,
) -> None:
    """Show the course's own answer and other right ones, once yours has passed."""
    from course.cli.helping import solution

    solution(exercise, anyway=anyway)


@app.command()
def reset(exercise: ExerciseId) -> None:
    """Put an exercise back as it was shipped, and keep a copy of yours."""
    from course.cli.resetting import reset

    reset(exercise)


@app.command()
def trace(
    what: Annotated[str, typer.Argument(metavar="NN|ID|URL", help="A lesson, an exercise, or any address.")],
    path: Annotated[str | None, typer.Argument(metavar="[/PATH]", help="A path of its app.")] = None,
    seconds: Annotated[float | None, typer.Option("--for", min=0.1, help="Leave after so many seconds.")] = None,
) -> None:
    """Draw what a stream sends at the moment it arrives, and its timeline at the end."""
    from course.cli.tracing import trace

    trace(what, path, seconds)


@app.command()
def report(
    json_: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page that needs nothing else.")] = None,
    against: Annotated[str, typer.Option(metavar="exercises|solutions", help="What to judge.")] = "exercises",
) -> None:
    """Judge everything that was started and sum it up, for a teacher."""
    from course.cli.reporting import report

    report(as_json=json_, html=html, against=against)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Where to listen on 127.0.0.1.")] = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the home page.")] = True,
) -> None:
    """Serve the course: its pages and the lessons' apps."""
    from course.server import main

    raise SystemExit(main(port, open_browser))


@app.command()
def new(
    number: Annotated[str, typer.Argument(metavar="ID", help="The next exercise of a lesson: 07.2.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, as in the file's: heartbeat.")],
) -> None:
    """Lay out a new exercise, for those who write the course."""
    from course.cli.creating import new

    new(number, name)


@app.command()
def doctor() -> None:
    """See whether this machine has what the course needs."""
    from course.cli.doctor import examine

    examine()
