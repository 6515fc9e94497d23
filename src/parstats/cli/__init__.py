"""The command line: `parstats --help`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from parstats import errors
from parstats.cli import analyse, data, framework, plan, publish, report
from parstats.cli.application import _say, app

# In the order of `parstats --help`.
_COMMANDS = (
    data.build,
    data.init,
    data.check,
    data.ingest,
    data.fetch,
    analyse.drivers,
    analyse.remedies,
    analyse.compare,
    analyse.advise,
    publish.codebook,
    publish.cite,
    report.report,
    plan.plan,
    report.verify,
)
for _command in _COMMANDS:
    app.command()(_command)
app.add_typer(framework.app, name="framework")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every refusal is one message and an exit status, never a traceback.

    Takes the arguments of the process if none are given.
    """
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(arguments: list[str]) -> int:
    try:
        status = app(args=arguments, prog_name="parstats", standalone_mode=False)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "parstats"
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        if message:
            _say(f"{command}: {message} See `{command} --help`.")
        return int(getattr(error, "exit_code", 2))
    except errors.ParstatsError as error:
        _say(f"parstats: {error}")
        return 2 if isinstance(error, errors.InvalidRequest) else 1
    except (KeyboardInterrupt, typer.Abort):
        _say("parstats: stopped")
        return 130
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        _say(f"parstats: {error.filename or ''}: {error.strerror or error}")
        return 1
    return int(status or 0)
