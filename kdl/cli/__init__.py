"""The command `kdl`: a table of lazily imported commands, and the one place where an error becomes an exit code.

`--help` is printed from the table, so that it imports no command module; each module holds its heavy imports inside its
functions.
"""

from __future__ import annotations

import errno
import importlib
import os
import re
import signal
import sys

import click

from kdl import __version__
from kdl.errors import (
    EXIT_CODES,
    INTERRUPTED,
    NOTHING_TO_DO,
    OUR_BUG,
    USAGE,
    EnvironmentProblem,
    KdlError,
    NotFound,
    UsageProblem,
)

# name -> (module in kdl.cli, section of the help, one line)
COMMANDS = {
    "start": ("start", "Learn", "The first five minutes: train, predict, compare, recall, mend."),
    "notes": ("notes", "Learn", "Read a topic of the notes, with its measured verdicts."),
    "quiz": ("quiz", "Learn", "Answer what is due, then something new."),
    "exercise": ("exercise", "Learn", "Write code and have it judged."),
    "progress": ("progress", "Learn", "What is covered and what will be remembered."),
    "report": ("report", "Learn", "Write your progress, a run or a pair as one page for the browser."),
    "train": ("train", "Run", "Train a model on a task."),
    "generate": ("generate", "Run", "Let a trained model write, or answer."),
    "tokenize": ("tokenize", "Run", "See into which pieces a text falls."),
    "compare": ("compare", "Run", "Test what the notes claim of two models."),
    "model": ("model", "Browse", "List, show, compare and export the models."),
    "algorithm": ("algorithm", "Browse", "List and show optimizers, decoders, metrics, tokenizers."),
    "task": ("task", "Browse", "List and show the tasks that models are trained on."),
    "pair": ("pair", "Browse", "List and show the contrasts and their verdicts."),
    "data": ("data", "Browse", "List and show the data sets, their source and licence."),
    "run": ("run", "Browse", "List, show and delete recorded runs."),
    "doctor": ("doctor", "Set up", "Check this installation, one line a check."),
    "paths": ("paths", "Set up", "Print every place that kdl writes to."),
    "backup": ("backup", "Set up", "Put what must not be lost into one file."),
    "restore": ("restore", "Set up", "Put a backup in the place of what is here."),
    "completion": ("completion", "Set up", "Print the completion script of a shell."),
    "dev": ("dev", "Author", "Check and build the content."),
}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class ReaderGone(Exception):
    """The other end of our pipe was closed."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used, and listed from COMMANDS."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click itself would make an exit code of 1 of it
            raise ReaderGone from error

    def list_commands(self, ctx):
        return list(COMMANDS)

    def get_command(self, ctx, name):
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"kdl.cli.{COMMANDS[name][0]}")
        return module.command

    def resolve_command(self, ctx, args):
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1) if args else []
            if near:
                raise click.UsageError(f"There is no command {args[0]!r}. Did you mean `kdl {near[0]}`?", ctx) from error
            raise

    def format_commands(self, ctx, formatter):
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, line) in COMMANDS.items():
            sections.setdefault(section, []).append((name, line))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)

    def shell_complete(self, ctx, incomplete):
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=row[2]) for name, row in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)


@click.group(cls=LazyGroup, context_settings=CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="kdl")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx, debug):
    """Turn deep-learning notes into things you do.

    \b
    kdl                            where you are, and what to type next
    kdl start                      the first five minutes
    kdl compare simple-rnn lstm    does the claim of the notes hold here?
    """
    ctx.obj = {"debug": debug}
    if ctx.invoked_subcommand is None:
        from kdl.cli import home

        home.show()


def main(args: list[str] | None = None) -> None:
    """Run the command line and leave with one of the documented exit codes."""
    arguments = sys.argv[1:] if args is None else args
    try:
        if any("\0" in word for word in arguments):
            raise UsageProblem("The command line holds a NUL character.", why="No name and no file can hold one.")
        code = cli.main(arguments, prog_name="kdl", standalone_mode=False)
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        # The reader (`head`, a pager) went away: nothing to say, and the flush at exit must not say it either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KdlError as error:
        code = _tell(error, arguments)
    except click.ClickException as error:
        error.message = _plainly(error.message)
        code = USAGE if isinstance(error, click.UsageError) else error.exit_code
        error.show(sys.stderr)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. What was acknowledged is saved.", err=True)
        code = INTERRUPTED
    except OSError as error:
        problem = _of_system(error)
        code = _tell(problem, arguments) if problem else _tell_bug(error, arguments)
    except Exception as error:
        code = _tell_bug(error, arguments)
    if args is None:  # a process of its own, on its way out: a late Ctrl-C must not change how it ends
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code if isinstance(code, int) and code in EXIT_CODES else 0)


def _plainly(message: str) -> str:
    """What the parser says of a number that is none, in the words of everybody."""
    said = {"integer": "whole number", "float": "number"}
    return re.sub(r"is not a valid (integer|float)(?: range)?\.", lambda found: f"is no {said[found[1]]}.", message)


def _of_system(error: OSError) -> KdlError | None:
    """What is not our bug: a full disk, and a name that no file can have."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        where = f" {error.filename}" if error.filename else ""
        return EnvironmentProblem(f"There is no room to write{where}.", why=f"{error.strerror}.", fix="Free some disk space.")
    if error.errno == errno.ENAMETOOLONG:
        return NotFound("file or name", os.path.basename(str(error.filename)), (), fix="It is too long to be one.")
    return None


def _tell(error: KdlError, arguments: list[str]) -> int:
    """Print what, why and how to mend it, on stderr; as JSON where the command was asked for JSON."""
    from kdl.cli import render

    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error)
    if "--json" in arguments:
        import json

        click.echo(json.dumps(error.as_json()), err=True)
        return error.exit_code
    if error.exit_code in (INTERRUPTED, NOTHING_TO_DO):  # it was asked for, or all is done: no error
        click.echo(render.visible("\n".join(filter(None, (error.what, error.why, error.fix)))), err=True)
        return error.exit_code
    click.echo(
        click.style("Error: ", bold=True) + render.visible(error.what),
        err=True,
        color=False if "--plain" in arguments else None,
    )
    if error.why:
        click.echo(f"Why:   {render.visible(error.why)}", err=True)
    if error.fix:
        click.echo(f"Fix:   {render.visible(error.fix)}", err=True)
    return error.exit_code


def _tell_bug(error: Exception, arguments: list[str]) -> int:
    """Write the traceback into a log file and say where it is."""
    import traceback

    if "--debug" in arguments:
        traceback.print_exception(error)
        return OUR_BUG
    from kdl import paths

    try:
        log = paths.made(paths.logs()) / "bug.log"
        log.write_text(
            f"kdl {__version__} {' '.join(arguments)}\n" + "".join(traceback.format_exception(error)), encoding="utf-8"
        )
        where = f"The traceback is in {log}."
    except (KdlError, OSError):
        where = "Run it again with `kdl --debug ...` to see the traceback."
    problem = KdlError(
        f"kdl met a bug: {type(error).__name__}: {error}", why=where, fix="Please report it with the command and that file."
    )
    return _tell(problem, arguments)
