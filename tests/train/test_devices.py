"""Two devices, or two processes, that share each batch do the same training as one."""

import json
import os
import signal
import socket
import subprocess
import sys

import numpy as np
import pytest

from kdl.backend import Place
from kdl.backend.replicas import divided
from kdl.errors import UsageProblem
from kdl.runs import record

TRAIN = ["train", "mlp", "--task", "digits", "--batch-size", "400", "--steps", "40", "--device", "cpu"]  # 3 steps an epoch
pytestmark = pytest.mark.slow
on_both_backends = pytest.mark.parametrize("backend", ["tensorflow", pytest.param("jax", marks=pytest.mark.jax)])


def begun(*arguments) -> subprocess.Popen:
    command = [sys.executable, "-m", "kdl", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def done(process) -> str:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return err


def outcome(folder):
    """The run, the losses of every step, and the answers to held-out examples."""
    run = record.read(folder)
    with np.load(folder / "arrays.npz") as arrays:
        return run, arrays["loss"], arrays["prediction"]


def weights(folder) -> dict:
    """Every weight of the finished training by its path; the optimizer's are left out: Adam scales up what is nearly 0."""
    with np.load(folder / "checkpoint.npz") as file:
        paths = json.loads(str(file["head"]))["variables"]
        return {path: file[f"v{number}"] for number, path in enumerate(paths) if not path.startswith("adam/")}


def assert_weights_equal(one, other):
    """Up to the order in which gradients are added: to 1e-5 of the largest weight of its layer (1e-7 was seen)."""
    expected = weights(one)
    assert len(expected) == 4, "kernel and bias of the hidden layer and of the head"
    assert list(weights(other)) == list(expected)
    for path, value in weights(other).items():
        np.testing.assert_allclose(value, expected[path], rtol=0, atol=1e-5 * np.abs(expected[path]).max(), err_msg=path)


@on_both_backends
def test_two_devices_of_one_host_equal_one(backend, tmp_path):
    """Up to the order in which gradients are added."""
    for count in (1, 2):
        done(begun(*TRAIN, "--devices", count, "--out", tmp_path / str(count)))

    one, losses, predicted = outcome(tmp_path / "1")
    two, losses2, predicted2 = outcome(tmp_path / "2")
    assert two.record["engine"]["devices"] == 2
    np.testing.assert_allclose(losses2, losses, rtol=1e-3)
    np.testing.assert_allclose(predicted2, predicted, atol=1e-3)
    assert_weights_equal(tmp_path / "1", tmp_path / "2")


def test_two_devices_equal_one_for_a_model_with_a_loss_of_its_own(tmp_path):
    """Keras adds up the losses of the devices: one that a model computes itself has to be shared out as well."""
    command = ["train", "gan", "--steps", "20", "--batch-size", "16", "--device", "cpu", "--set", "width=4"]
    for count in (1, 2):
        done(begun(*command, "--devices", count, "--out", tmp_path / str(count)))
    (_, losses, samples), (_, expected, expected_samples) = outcome(tmp_path / "2"), outcome(tmp_path / "1")

    np.testing.assert_allclose(losses, expected, rtol=1e-5)
    np.testing.assert_allclose(samples, expected_samples, rtol=0, atol=1e-5)


@on_both_backends
def test_two_devices_are_resumed_like_one(backend, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    done(begun(*TRAIN, "--devices", 2, "--out", whole))
    process = begun(*TRAIN, "--devices", 2, "--out", killed)
    for line in process.stderr:
        if line.startswith("epoch   1"):
            process.kill()
    process.communicate(timeout=60)

    done(begun("train", "--resume", killed))

    np.testing.assert_array_equal(outcome(killed)[1], outcome(whole)[1])
    np.testing.assert_array_equal(outcome(killed)[2], outcome(whole)[2])


# ---- several hosts, here two processes on this one ---------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def group(*arguments) -> list[subprocess.Popen]:
    address = f"127.0.0.1:{free_port()}"
    hosts = ["--hosts", f"{address},{address}"]
    return [begun(*arguments, *hosts, "--process", process) for process in (0, 1)]


@pytest.mark.jax
def test_two_processes_equal_one(tmp_path):
    done(begun(*TRAIN, "--out", tmp_path / "one"))

    for process in group(*TRAIN, "--out", tmp_path / "two"):
        done(process)

    one, losses, predicted = outcome(tmp_path / "one")
    two, losses2, predicted2 = outcome(tmp_path / "two")
    assert len(two.record["hosts"]) == 2
    np.testing.assert_allclose(losses2, losses, rtol=1e-3)
    np.testing.assert_allclose(predicted2, predicted, atol=1e-3)
    assert_weights_equal(tmp_path / "one", tmp_path / "two")
    assert len(two.rows()) == len(one.rows()) == 14


@pytest.mark.jax
@pytest.mark.parametrize("lost", [1, pytest.param(0, marks=pytest.mark.exhaustive)])
def test_a_killed_worker_is_told_and_the_group_goes_on_from_the_checkpoint(lost, tmp_path):
    folder = tmp_path / "run"
    processes = group(*TRAIN, "--out", folder)
    for line in processes[0].stderr:
        if line.startswith("epoch   1"):
            break
    processes[lost].kill()
    _, err = processes[1 - lost].communicate(timeout=300)
    processes[lost].communicate(timeout=60)

    assert processes[1 - lost].returncode == 4, err
    assert "Another of the 2 processes has ended" in err
    for process in group("train", "--resume", folder):
        done(process)
    done(begun(*TRAIN, "--out", tmp_path / "one"))
    np.testing.assert_allclose(outcome(folder)[1], outcome(tmp_path / "one")[1], rtol=1e-3)
    assert_weights_equal(tmp_path / "one", folder)


@pytest.mark.jax
@pytest.mark.parametrize("asked", [0, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_ctrl_c_in_one_process_stops_the_whole_group_at_one_step(asked, tmp_path):
    folder = tmp_path / "run"
    processes = group(*TRAIN, "--steps", 100_000, "--out", folder)
    for line in processes[0].stderr:
        if line.startswith("epoch   1"):
            break
    processes[asked].send_signal(signal.SIGINT)
    told = [process.communicate(timeout=100)[1] for process in processes]

    steps = record.read(folder).record["steps"]
    assert [process.returncode for process in processes] == [130, 130], told
    assert f"Stopped at step {steps} of 100000." in told[0]
    assert f"stopped with its group at step {steps} of 100000." in told[1]


@pytest.mark.jax
def test_a_group_that_diverges_fails_in_every_process(tmp_path):
    processes = group(*TRAIN, "--lr", "1e300", "--out", tmp_path / "run")
    told = [process.communicate(timeout=100)[1] for process in processes]

    assert [process.returncode for process in processes] == [1, 1], told
    assert record.read(tmp_path / "run").record["diverged"]


# ---- what makes no sense -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"kind": "tpu"}, "no device 'tpu'"),
        ({"hosts": ("one", "two")}, "'one' is not HOST:PORT"),
        ({"hosts": ("a:1", "b:2"), "process": 2}, "process must be from 0 to 1"),
        ({"count": 0}, "count must be at least 1"),
    ],
)
def test_a_place_that_makes_no_sense_is_refused(place, told):
    with pytest.raises(UsageProblem, match=told):
        Place(**place)


def test_a_batch_must_be_shared_evenly():
    divided(64, 4)
    with pytest.raises(UsageProblem, match="A batch of 10 cannot be shared by 4 devices evenly"):
        divided(10, 4)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--device", "gpu"), 4, "No GPU was found."),
        (("--hosts", "a:1,b:2"), 2, "--hosts and --process go together."),
        (("--hosts", "a:1,b:2", "--process", "0", "--backend", "tensorflow"), 2, "Several hosts need the JAX backend."),
    ],
)
def test_a_device_that_is_not_there_is_one_error_with_its_cure(arguments, code, told, kdl_process, home):
    result = kdl_process("train", "lstm", *arguments, "--json", env={"CUDA_VISIBLE_DEVICES": "-1"})

    error = json.loads(result.err.splitlines()[-1])
    assert (result.code, error["what"]) == (code, told)
    assert error["fix"]
    assert not (home / "runs").exists()
