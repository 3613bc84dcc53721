"""What loaded code can be asked: load it, call it, make an object of it, set its weights, take one optimizer step.

Used in the learner's process (`runner.py`, beside which this file is copied, so it imports nothing of kdl) and in the
judge's own process for trusted code.
"""

from __future__ import annotations

import sys
import types
import warnings

SUBMISSION = "submission.py"
MAX_MESSAGE = 2000
MAX_DEPTH = 20  # a frame holds nothing deeper


class Session:
    """One loaded file of code and the objects made from it.

    `do` takes a request (a dict with "op" and the arguments of that op) and always returns an answer:
    `{"status": "value", "value": ..., "inputs": [...]}` with the arguments as the call left them,
    `{"status": "exception", "type", "message", "lines"}` for whatever the code raised,
    `{"status": "missing", "message"}` for a name that is not there, or
    `{"status": "weights", "message"}` for a layer whose weights are not those that were named.
    """

    def __init__(self, *, main: bool = False):
        self.main = main
        self.module: types.ModuleType | None = None
        self.objects: dict[str, object] = {}

    def do(self, request: dict) -> dict:
        # BaseException: sys.exit() in the learner's code must not end the session with a clean exit code.
        try:
            return getattr(self, f"op_{request['op']}")(
                **{key: value for key, value in request.items() if key not in ("op", "id")}
            )
        except _Missing as error:
            return {"status": "missing", "message": str(error)}
        except _Unlike as error:
            return {"status": "weights", "message": str(error)}
        except BaseException as error:
            return {"status": "exception", **told(error)}

    # ---- operations: each returns an answer

    def op_load(self, source: str) -> dict:
        self.module = types.ModuleType("submission")
        self.module.__file__ = SUBMISSION
        if self.main:
            sys.modules["submission"] = self.module
            if keras := sys.modules.get("keras"):
                keras.config.disable_traceback_filtering()  # it rewrites messages
                warnings.filterwarnings("ignore", module=r"keras\.")
        code = compile(source, SUBMISSION, "exec", dont_inherit=True)
        exec(code, self.module.__dict__)
        return {"status": "value", "value": None, "inputs": []}

    def op_call(self, function: str, args: list) -> dict:
        return {"status": "value", "value": plain(self._named(function)(*args)), "inputs": args}

    def op_calls(self, function: str, many: list) -> dict:
        """The values of many calls at once."""
        call = self._named(function)
        return {"status": "value", "value": [plain(call(*args)) for args in many], "inputs": []}

    def op_new(self, name: str, args: list, kwargs: dict, handle: str) -> dict:
        self.objects[handle] = self._named(name)(*args, **kwargs)
        return {"status": "value", "value": None, "inputs": args}

    def op_method(self, handle: str, name: str, args: list) -> dict:
        target = self.objects[handle]
        if not hasattr(target, name):
            raise _Missing(f"{type(target).__name__} has no method called {name}")
        return {"status": "value", "value": plain(getattr(target, name)(*args)), "inputs": args}

    def op_build(self, handle: str, args: list, kwargs: dict) -> dict:
        """Let a layer make its weights.

        Where it does so by calling its parts, they are called once as they are: Keras would trace them first, which takes
        five times as long.
        """
        import keras

        layer = self.objects[handle]
        if isinstance(layer, keras.Layer) and type(layer).build is keras.Layer.build:
            args, kwargs = keras.tree.map_structure(tensor, (args, kwargs))
            layer.call(*args, **kwargs)
            layer.built = True
        else:
            layer(*args, **kwargs)
        return {"status": "value", "value": None, "inputs": []}

    def op_set_weights(self, handle: str, weights: dict) -> dict:
        found = named_weights(self.objects[handle], list(weights))
        for name, value in weights.items():
            if tuple(found[name].shape) != value.shape:
                raise _Unlike(f"the weight {name} has shape {tuple(found[name].shape)}, not {value.shape}")
        for name, value in weights.items():
            found[name].assign(value)
        return {"status": "value", "value": None, "inputs": []}

    def op_get_weights(self, handle: str, names: list) -> dict:
        found = named_weights(self.objects[handle], names)
        return {"status": "value", "value": [plain(found[name]) for name in names], "inputs": []}

    def op_model_call(self, handle: str, args: list, kwargs: dict) -> dict:
        value = self.objects[handle](*args, **kwargs)
        return {"status": "value", "value": plain(value), "inputs": [*args, *kwargs.values()]}

    def op_train_step(self, handle: str, args: list, kwargs: dict, target, loss: str, optimizer: str, rate: float) -> dict:
        """One step of an optimizer on a layer; the value is the loss before it."""
        import keras

        layer = self.objects[handle]

        class Around(keras.Model):
            def __init__(self):
                super().__init__()
                self.layer = layer

            def call(self, first):
                return self.layer(first, *args[1:], **kwargs)

        model = Around()
        chosen = keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": rate}})
        model.compile(optimizer=chosen, loss=loss, run_eagerly=True, jit_compile=False)
        if keras.config.backend() == "tensorflow":  # without the tracing that train_on_batch does first
            value = model.train_step(keras.tree.map_structure(tensor, (args[0], target)))["loss"]
        else:
            value = model.train_on_batch(args[0], target)
        return {"status": "value", "value": float(value), "inputs": [*args, *kwargs.values()]}

    def _named(self, name: str):
        found = getattr(self.module, name, None)
        if found is None:
            raise _Missing(f"there is no {name} in the file")
        return found


class _Missing(Exception):
    pass


class _Unlike(Exception):
    pass


def named_weights(layer, names: list[str]) -> dict:
    """The weights of a layer by the names that were agreed on: the way through its attributes, or the end of a path.

    Raises:
        _Unlike: a name has no weight, two names have the same, or a weight has no name.
    """
    listed = ", ".join(weight.path for weight in layer.weights) or "none"
    found: dict = {}
    for name in names:
        weight = _weight(layer, name)
        if weight is None:
            raise _Unlike(f"there is no weight {name}; the layer has: {listed}")
        if twin := next((other for other, one in found.items() if one is weight), None):
            raise _Unlike(f"{twin} and {name} are one and the same weight")
        found[name] = weight
    if more := [weight.path for weight in layer.weights if not any(weight is one for one in found.values())]:
        raise _Unlike(f"there is a weight too many, {more[0]}; asked for are {', '.join(names) or 'none'}")
    return found


def _weight(layer, name: str):
    """Through the attributes first: layers that were given no name of their own have paths that say nothing."""
    found = layer
    for part in name.split("/"):
        found = getattr(found, part, None)
    if any(weight is found for weight in layer.weights):
        return found
    ends = [weight for weight in layer.weights if f"/{weight.path}".endswith(f"/{name}")]
    return ends[0] if len(ends) == 1 else None


def plain(value, depth: int = 0):
    """Tensors and variables of Keras as NumPy arrays, as deep as a frame may be; everything else as it is."""
    keras = sys.modules.get("keras")
    if keras is None or depth > MAX_DEPTH:
        return value
    if type(value) in (list, tuple):
        return type(value)(plain(one, depth + 1) for one in value)
    if type(value) is dict:
        return {key: plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, keras.Variable) or keras.ops.is_tensor(value):
        return keras.ops.convert_to_numpy(value)
    return value


def tensor(value):
    """An array as a tensor of Keras; everything else as it is."""
    import keras

    return keras.ops.convert_to_tensor(value) if hasattr(value, "dtype") else value


def told(error: BaseException) -> dict:
    """Type, message and the learner's own lines of an exception, innermost last."""
    lines, trace = [], error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SUBMISSION:
            lines.append([trace.tb_lineno, trace.tb_frame.f_code.co_name])
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == SUBMISSION:
        lines.append([error.lineno or 1, "<module>"])
    try:
        message = str(error)
    except BaseException as second:
        message = f"its message could not be made: {type(second).__name__}"
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + f" ... (cut here; it has {len(message):,} characters)"
    return {"type": type(error).__name__, "message": message, "lines": lines[-20:]}
