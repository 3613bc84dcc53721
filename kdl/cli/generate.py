"""`kdl generate`: let a trained model do what its task allows: write text, draw examples, or answer held-out ones."""

from __future__ import annotations

import click

from kdl.cli import completion, render
from kdl.errors import UsageProblem


@click.command()
@click.argument("name", metavar="RUN|FILE", shell_complete=completion.runs)
@click.option("--prompt", metavar="TEXT", help="What the text begins with.")
@click.option(
    "--count", type=click.IntRange(1), metavar="N", help="Texts, pictures or answers, default 5; points, default 500."
)
@click.option("--length", type=click.IntRange(1), metavar="N", help="Most symbols of a text, prompt and end aside; default 60.")
@click.option("--temperature", type=click.FloatRange(0, min_open=True), metavar="T", help="Below 1 tamer, above 1 wilder.")
@click.option("--top-k", type=click.IntRange(1), metavar="K", help="Draw from the K likeliest symbols only.")
@click.option(
    "--top-p", type=click.FloatRange(0, 1, min_open=True), metavar="P", help="Draw from the likeliest that together have P."
)
@click.option("--greedy", is_flag=True, help="Take the likeliest symbol each time; draws nothing.")
@click.option("--beam", type=click.IntRange(1), metavar="N", help="Search for the N likeliest texts; draws nothing.")
@click.option("--seed", type=click.IntRange(0), help="Decides what is drawn; default 0.")
@click.option(
    "--task", metavar="TASK", shell_complete=completion.tasks, help="What a FILE was trained for, where it does not say."
)
@click.option("--vocab", metavar="FOLDER", help="Vocabulary of an imported model, as Hugging Face saves that of GPT-2.")
@render.json_option
def command(name, as_json, task, **given):
    """Let a trained model write, draw, or answer held-out examples, whichever its task allows.

    \b
    kdl generate last
    kdl generate last --prompt jo --temperature 0.7 --top-p 0.9
    kdl generate last --beam 5
    kdl generate model.keras --task names-text
    kdl generate gpt2.keras --vocab ~/gpt2 --prompt "What is attention?"

    RUN is an id, the beginning of one, a folder, or `last`; FILE is a .keras file. What `kdl model import` wrote has its
    vocabulary beside it, in a folder that ends in .vocab, where the checkpoint had one.
    """
    from kdl.cli import generate_vocab, trained
    from kdl.train import saved

    _fit_together(given)
    one = trained.found(name)
    saved.read_config(one.path)  # what is no model is better known before Keras is loaded
    folder = generate_vocab.beside(one, given["vocab"], task)
    pieces = generate_vocab.read(folder) if folder else None
    render.say("Loading Keras ...", err=True)
    model = saved.load(one.path)
    if folder:
        generate_vocab.show(one, model, folder, pieces, given, as_json)
        return
    card, made = trained.task_of(one, model, task)
    if made.samples is not None:
        from kdl.cli import generate_samples

        generate_samples.show(one, model, card, made, given, as_json)
        return
    if made.text is None:
        from kdl.cli import generate_answers

        generate_answers.show(one, model, card, made, given, as_json)
        return
    from kdl.cli import generate_text

    generate_text.show(one, model, card, made, given, as_json)


def _fit_together(given: dict) -> None:
    """--greedy and --beam draw nothing, so what steers a draw goes with neither."""
    draws = [option for option in ("temperature", "top_k", "top_p", "seed") if given[option] is not None]
    for way, told in (("--greedy", given["greedy"]), ("--beam", given["beam"])):
        if told and draws:
            option = f"--{draws[0].replace('_', '-')}"
            raise UsageProblem(
                f"{way} draws nothing, so {option} has nothing to do.", fix=f"Leave out one of {way} and {option}."
            )
    if given["greedy"] and given["beam"]:
        raise UsageProblem("--greedy and --beam are two ways to write.", fix="--beam 1 is greedy.")
    if (given["greedy"] or given["beam"]) and given["count"]:
        raise UsageProblem(
            "--count is for texts that are drawn.", fix="Leave it out; --beam N shows N texts, --greedy the only one."
        )
