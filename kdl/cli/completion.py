"""`kdl completion SHELL`: the script that completes commands and ids; and what stands where an id is typed."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem

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
    if sys.stdout.isatty():
        render.say(f"To install it:  {_INSTALL[shell]}", err=True)


# ---- what stands where an id is typed --------------------------------------------------------------------------------
# Each is the `shell_complete` of an argument or option, called at every Tab: none imports Keras.


def matching(incomplete: str, known: Mapping[str, str]) -> list[CompletionItem]:
    """The ids that go on from what was typed, in any case, with what they stand for.

    Args:
        known: id -> one line about it.
    """
    typed = incomplete.casefold()
    return [CompletionItem(name, help=text) for name, text in known.items() if name.casefold().startswith(typed)]


def _before(ctx, name: str) -> tuple[str, ...]:
    """The words typed for argument `name`; after an option that waits for its value click leaves them all in `args`."""
    known = ctx.params.get(name) or ctx.args
    return (known,) if isinstance(known, str) else tuple(known)


def models(ctx, param, incomplete):
    from kdl import catalog

    return matching(incomplete, {card.id: card.title for card in catalog.models().values()})


def algorithms(ctx, param, incomplete):
    from kdl import catalog

    return matching(incomplete, {card.id: card.title for card in catalog.algorithms().values()})


def optimizers(ctx, param, incomplete):
    return _updates("optimizer", incomplete)


def schedules(ctx, param, incomplete):
    return _updates("schedule", incomplete)


def _updates(kind: str, incomplete: str) -> list[CompletionItem]:
    """What `kdl train --optimizer` and `--schedule` take."""
    from kdl import catalog
    from kdl.train import optimizer

    cards = catalog.algorithms()
    return matching(incomplete, {name: cards[name].title if name in cards else "" for name in optimizer.names(kind)})


def tasks(ctx, param, incomplete):
    """All tasks, or those of the model that was typed before."""
    from kdl import catalog

    model = next((catalog.models().get(word) for word in _before(ctx, "model")), None)
    known = catalog.tasks().values()
    return matching(incomplete, {card.id: card.title for card in known if model is None or card.id in model.tasks})


def pairs(ctx, param, incomplete):
    from kdl import catalog

    return matching(incomplete, {card.id: card.question for card in catalog.pairs().values()})


def pairs_and_arms(ctx, param, incomplete):
    """For `kdl compare`: a pair; or one of its arms, and then those that it is compared with."""
    from kdl import atlas, catalog

    before = set(_before(ctx, "names"))
    cards = [card for card in catalog.pairs().values() if before <= set(card.arms)]
    arms = {arm: atlas.entries()[arm].name for card in cards for arm in card.arms if arm not in before}
    return matching(incomplete, arms if before else {card.id: card.question for card in cards} | arms)


def predictions(ctx, param, incomplete):
    """The choices of the pair that was typed before."""
    from kdl import catalog
    from kdl.errors import KdlError
    from kdl.experiment import pair

    names = _before(ctx, "names")
    try:
        asked = pair.load(catalog.find_pair(*names)).prediction if names else None
    except KdlError:  # no such pair: there is nothing to choose from
        asked = None
    return matching(incomplete, asked.choices if asked else {})


def datasets(ctx, param, incomplete):
    from kdl import catalog

    return matching(incomplete, {card.id: card.title for card in catalog.datasets().values()})


def runs(ctx, param, incomplete):
    """Newest first, and `last`."""
    from kdl.runs import record

    found, _ = record.every()
    last = {"last": "the newest run"} if found else {}
    return matching(incomplete, last | {run.id: f"{run.record['what']}, {run.record['status']}" for run in found})


def reports(ctx, param, incomplete):
    """For `kdl report`: progress, a pair or a run."""
    known = matching(incomplete, {"progress": "what you know"})
    return known + pairs(ctx, param, incomplete) + runs(ctx, param, incomplete)


def topics(ctx, param, incomplete):
    from kdl.quiz import library

    return matching(incomplete, {topic.id: topic.title for topic in library.topics()})
