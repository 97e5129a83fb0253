"""Writes first_steps.json: the from-scratch lessons of deep-learning courses, in their own equations.

No library of networks is used: each lesson is some lines of NumPy in double precision, with the update rules as the
courses write them.
"""

import golden

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def xor():
    """A 3-4-1 network of sigmoids without biases (the third input is always 1); the update is the plain sum."""
    x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
    y = np.array([[0], [1], [1], [0]], float)
    random = np.random.RandomState(1)
    first, second = 2 * random.random_sample((3, 4)) - 1, 2 * random.random_sample((4, 1)) - 1
    record = {"x": x, "y": y, "start": [first, second], "at": []}
    wanted = [1, 10, 100, 1000] + list(range(10000, 60001, 10000))
    for step in range(60001):
        hidden = sigmoid(x @ first)
        output = sigmoid(hidden @ second)
        error = y - output
        if step in wanted:
            record["at"].append({"step": step, "weights": [first, second], "output": output,
                                 "mean_absolute_error": np.mean(np.abs(error))})
        output_delta = error * output * (1 - output)
        hidden_delta = (output_delta @ second.T) * hidden * (1 - hidden)
        second = second + hidden.T @ output_delta
        first = first + x.T @ hidden_delta
    return record


def flower_points(count=400):
    """Two classes of petals round the origin, 200 points each."""
    random = np.random.RandomState(1)
    half, length = count // 2, 4
    x, y = np.zeros((count, 2)), np.zeros((count, 1))
    for kind in range(2):
        rows = slice(half * kind, half * (kind + 1))
        angle = np.linspace(kind * 3.12, (kind + 1) * 3.12, half) + random.randn(half) * 0.2
        radius = length * np.sin(4 * angle) + random.randn(half) * 0.2
        x[rows] = np.c_[radius * np.sin(angle), radius * np.cos(angle)]
        y[rows] = kind
    return x, y


def cost(output, y):
    return -np.mean(y * np.log(output) + (1 - y) * np.log(1 - output))


def accuracy(output, y):
    return np.mean((output > 0.5) == (y > 0.5))


def flower_logistic(x, y, rate=0.1, steps=2000):
    weights, bias, at = np.zeros((2, 1)), np.zeros(1), []
    for step in range(steps + 1):
        output = sigmoid(x @ weights + bias)
        if step % 500 == 0:
            at.append({"step": step, "weights": [weights, bias], "cost": cost(output, y),
                       "accuracy": accuracy(output, y)})
        delta = (output - y) / len(x)
        weights, bias = weights - rate * (x.T @ delta), bias - rate * delta.sum(0)
    return {"rate": rate, "at": at}


def flower_network(x, y, units=4, rate=1.2, steps=10000):
    random = np.random.RandomState(2)
    first, first_bias = (random.randn(units, 2) * 0.01).T, np.zeros(units)
    second, second_bias = (random.randn(1, units) * 0.01).T, np.zeros(1)
    at = []
    for step in range(steps + 1):
        hidden = np.tanh(x @ first + first_bias)
        output = sigmoid(hidden @ second + second_bias)
        if step in (0, 1, 10, 100) or step % 1000 == 0:
            at.append({"step": step, "weights": [first, first_bias, second, second_bias],
                       "cost": cost(output, y), "accuracy": accuracy(output, y)})
        delta = (output - y) / len(x)
        hidden_delta = (delta @ second.T) * (1 - hidden ** 2)
        second, second_bias = second - rate * (hidden.T @ delta), second_bias - rate * delta.sum(0)
        first, first_bias = first - rate * (x.T @ hidden_delta), first_bias - rate * hidden_delta.sum(0)
    return {"rate": rate, "at": at}


def perceptron():
    """Rosenblatt's rule: a wrong example is added to the weights, or taken away."""
    random = np.random.RandomState(3)
    x = np.c_[np.ones(40), np.round(random.uniform(-1, 1, (40, 2)), 2)]
    y = np.where(x @ np.array([0.1, 1, -0.7]) > 0, 1, -1)
    weights, mistakes = np.zeros(3), []
    for _ in range(100):
        before = len(mistakes)
        for i in range(len(x)):
            if (1 if x[i] @ weights > 0 else -1) != y[i]:
                weights = weights + y[i] * x[i]
                mistakes.append({"example": i, "weights": weights})
        if len(mistakes) == before:
            break
    return {"x": x, "y": y, "mistakes": mistakes}


points, labels = flower_points()
golden.write("first_steps.json", golden.numpy_source(), {
    "xor": xor(),
    "flower": {"x": points, "y": labels, "logistic": flower_logistic(points, labels),
               "network": flower_network(points, labels)},
    "perceptron": perceptron(),
})
