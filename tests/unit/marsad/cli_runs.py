"""Run a command in this process, as the console script would: exit code, output, errors."""

from dataclasses import dataclass

from click.testing import CliRunner

from marsad.cli.main import main


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def run(*words: str, stdin: bytes = b"") -> Done:
    """Every error must come out as an exit code: what else is raised fails the test."""
    code: object = 0
    with CliRunner().isolation(input=stdin) as (out, err, _both):
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code
    return Done(int(code or 0), out.getvalue().decode(), err.getvalue().decode())
