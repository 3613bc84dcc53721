"""`kdl model export`: a trained model in a format that other programs read."""

from __future__ import annotations

from pathlib import Path

import click

from kdl.cli import completion, render
from kdl.errors import UsageProblem

# How a program opens it.
OPENS = {
    "keras": "kdl.train.saved.load(path)",
    "saved-model": "tf.saved_model.load(path).serve",
    "tflite": "tf.lite.Interpreter(path).get_signature_runner()",
    "onnx": "onnxruntime.InferenceSession(path)",
}


@click.command()
@click.argument("name", metavar="RUN|FILE", shell_complete=completion.runs)
@click.option("--to", required=True, type=click.Choice(list(OPENS)), help="The format.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to; default the folder `exports` of kdl's home.")
@render.json_option
def command(name, to, out, as_json):
    """Write the model of RUN or FILE in another format, and check that it gives the same answers there.

    \b
    kdl model export last --to tflite
    kdl model export last --to onnx --out names.onnx
    kdl model export model.keras --to saved-model

    RUN is an id, the beginning of one, a folder, or `last`; FILE is a .keras file. docs/exports.md says which model
    passes to which format.
    """
    from kdl import paths
    from kdl.cli import trained
    from kdl.train import export, saved

    one = trained.found(name)
    saved.read_config(one.path)
    path = (out or paths.home() / "exports" / f"{one.label}{export.SUFFIXES[to]}").absolute()
    if out and out.exists():
        raise UsageProblem(f"{out} is there already.", fix="Name another place, or delete it first.")
    export.possible(to, path)
    render.say("Loading Keras ...", err=True)
    model = saved.load(one.path)
    render.say(f"Writing {to} ...", err=True)
    difference = export.export(model, to, path)
    if as_json:
        render.emit({"schema": "kdl.export/1", "to": to, "path": str(path), "bytes": _size(path), "difference": difference})
        return
    render.heading(f"{one.label} as {to}")
    same = "the same, bit for bit" if difference == 0 else f"the same, to {difference:.1g} of the largest"
    render.fields(
        [
            ("path", path),
            ("size", f"{_size(path):,} bytes"),
            ("answers", same),
            ("to open it", OPENS[to]),
        ]
    )
    render.next_step(f"kdl model export {one.typed} --to {next(other for other in OPENS if other != to)}")


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.is_dir() else path.stat().st_size
