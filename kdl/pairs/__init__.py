"""One file for each contrast of the notes. Its docstring's header is read by `kdl.catalog`; the rest is declared.

How to write one: a header (question, pair, arms, budget, and for a long one its reason); in the docstring what is equal, what
differs, how it was tuned, what came out, what would change the verdict; then

    ARMS        id -> `measure(seed, condition) -> {name: number or list}`, in the order of the header
    CONDITIONS  id -> how it reads; one where nothing is varied, as {"digits": "digits"}
    CLAIMS      of `kdl.experiment.claims`; everything that decides a verdict stands here before the full run
    PREDICTION  in plain literals, because its misses become quiz items
    figure      `figure(measured) -> Figure | None`
    DIFFERS     only where the claims are about more than one thing, as ("model", "parameters")

Nothing at the top may import Keras or NumPy: `kdl pair show` has to be quick. What decides a number stands in the pair, never
in a model's header. The usual arm is `trained(...)`, and arms that share all but one thing share a dict:

    SHARED = {"steps": 600, "batch_size": 32, "clip_norm": None}

    an optimizer      trained("mlp", "digits", optimizer="momentum", settings={"momentum": 0.9}, learning_rate=0.1, **SHARED)
    a schedule        trained("mlp", "digits", schedule="one-cycle-policy", learning_rate=0.1, **SHARED)
    an activation     trained(stack, "digits", sizes={"activation": "relu"}, ...)       stack of kdl.pairs._networks
    an initializer    trained(stack, "digits", sizes={"initializer": "he_normal", "depth": 20}, ...)
    a normalisation   trained(stack, "digits", sizes={"normalisation": "batch"}, ...)
    a batch size      trained("mlp", "digits", batch_size=1437, ...)

A condition may set one of these by its name, `varies="depth"` with CONDITIONS {"2": "2 layers", "10": "10 layers"}, and
`at={"10": {"learning_rate": 0.01}}` gives it a rate of its own. `curve=True` adds the score after each epoch and "steps", the
first at which the target was met; `probes` look into the network before and after training (`p52_simple_rnn_lstm.py`: the
gradient through time). Conditions that differ only in what a trained network is asked share one training, `asked={"0":
in_place, "1": by(1)}` (`p02_mlp_cnn.py`: pictures in place and moved). An arm that trains nothing is any function
(`t03_sgd_momentum.py`), a claim that only counts is `Exact` (`t20_convolution_multiply_adds.py`: no arms, no conditions), a
decision table is `Scenario`. What a condition does to one arm alone, as depth to the plain net of
`p07_plain_deep_net_resnet.py`, is a `Trend`.

A measure's `scale="ratio"` compares by factors, for steps and for "seconds", which every arm has: smallest=log2(1.25) is a
quarter more. A measure that may fail names the `worst` value, which a diverged run scores, and the `target`.

Tune on seeds from 1000 upwards, the same number of values for each arm. Then `kdl compare ID --seeds 2`, read what "differs"
says, and only then the full run: `kdl compare ID --record`.
"""
