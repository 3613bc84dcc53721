"""`kdl completion SHELL`: the script that completes commands, models, pairs, exercises and runs."""

from __future__ import annotations

import click

from kdl.cli import render
from kdl.errors import NotFound

_INSTALL = {
    "bash": "kdl completion bash > ~/.kdl-complete.bash && echo 'source ~/.kdl-complete.bash' >> ~/.bashrc",
    "zsh": "kdl completion zsh > ~/.kdl-complete.zsh && echo 'source ~/.kdl-complete.zsh' >> ~/.zshrc",
    "fish": "kdl completion fish > ~/.config/fish/completions/kdl.fish",
}


@click.command()
@click.argument("shell")
def command(shell):
    """Print the completion script of a shell: bash, zsh or fish.

    \b
    kdl completion bash > ~/.kdl-complete.bash
    """
    from click.shell_completion import get_completion_class

    from kdl.cli import cli

    if shell not in _INSTALL:
        raise NotFound("shell", shell, _INSTALL, fix=f"kdl completes in: {', '.join(_INSTALL)}.")
    script = get_completion_class(shell)(cli, {}, "kdl", "_KDL_COMPLETE")
    click.echo(script.source())
    render.say(f"To install it:  {_INSTALL[shell]}", err=True)
