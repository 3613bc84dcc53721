"""One layer backwards."""


def forward(x, W, b):
    raise NotImplementedError("step 1")


def backward(x, W, b, dy):
    raise NotImplementedError("step 2")


def loss(y, target):
    raise NotImplementedError("step 3")


def slope(y, target):
    raise NotImplementedError("step 4")
