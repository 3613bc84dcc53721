"""How things look in a terminal: notes, questions, verdicts, the progress of a training. All through `kdl.cli.render`."""
