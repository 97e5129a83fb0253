"""Writes optimizers.json: what each optimizer does to two parameters in 12 steps.

Muon, which tells parameters apart by their shapes and names, moves one of each kind, in 6 steps.
"""

import golden

keras = golden.keras_float64()

import numpy as np

torch = golden.torch()

STEPS = 12
START = {"kernel": golden.random(1, 3, 2), "bias": golden.random(2, 2)}
GRADIENTS = [
    {"kernel": golden.random(100 + step, 3, 2), "bias": golden.random(200 + step, 2)}
    for step in range(STEPS)
]
GRADIENTS[4]["bias"] = np.zeros(2)

SHAPES = {"wide": (3, 5), "tall": (6, 2), "conv": (2, 1, 2, 3), "embeddings": (4, 3), "bias": (5,)}
MATRICES = {key: golden.random(seed, *shape) for seed, (key, shape) in enumerate(SHAPES.items(), 3)}
MATRIX_GRADIENTS = [
    {key: golden.random(300 + 10 * step + i, *shape) for i, (key, shape) in enumerate(SHAPES.items())}
    for step in range(6)
]
MATRIX_GRADIENTS[0]["tall"] = np.zeros((6, 2))


def schedule(kind, **arguments):
    return {"schedule": kind, "arguments": arguments}


def keras_record(name, start=START, gradients=GRADIENTS, **arguments):
    given = dict(arguments)
    rate = given.get("learning_rate")
    if isinstance(rate, dict):
        kind = getattr(keras.optimizers.schedules, rate["schedule"])
        given["learning_rate"] = kind(**rate["arguments"])
    optimizer = getattr(keras.optimizers, name)(**given)
    variables = {key: keras.Variable(value, name=key) for key, value in start.items()}
    optimizer.build(list(variables.values()))
    record = {"library": "keras", "optimizer": name, "arguments": arguments, "values": []}
    record["defaults"] = {
        key: value for key, value in optimizer.get_config().items()
        if key not in ("name", "learning_rate")
    }
    if not isinstance(rate, dict):
        record["defaults"]["learning_rate"] = float(optimizer.learning_rate)
    if optimizer.use_ema:
        record["ema"] = []
    for gradient in gradients:
        grads = [keras.ops.convert_to_tensor(gradient[key]) for key in variables]
        optimizer.apply(grads, list(variables.values()))
        record["values"].append({key: v.numpy() for key, v in variables.items()})
        if optimizer.use_ema:
            averages = optimizer._model_variables_moving_average
            record["ema"].append({k: a.numpy() for k, a in zip(variables, averages)})
    return record


def muon(**arguments):
    return keras_record("Muon", MATRICES, MATRIX_GRADIENTS, **arguments)


def torch_record(name, **arguments):
    parameters = {key: torch.nn.Parameter(torch.tensor(value)) for key, value in START.items()}
    optimizer = getattr(torch.optim, name)(list(parameters.values()), **arguments)
    record = {"library": "torch", "optimizer": name, "arguments": arguments, "values": []}
    record["defaults"] = {
        key: value for key, value in optimizer.defaults.items()
        if key not in ("foreach", "maximize", "capturable", "differentiable", "fused",
                       "decoupled_weight_decay")
    }
    for gradient in GRADIENTS:
        for key, parameter in parameters.items():
            parameter.grad = torch.tensor(gradient[key])
        optimizer.step()
        record["values"].append({k: p.detach().numpy().copy() for k, p in parameters.items()})
    return record


RECORDS = [
    keras_record("SGD"),
    keras_record("SGD", momentum=0.9),
    keras_record("SGD", momentum=0.9, nesterov=True),
    keras_record("SGD", weight_decay=0.004),
    keras_record("SGD", clipnorm=0.5),
    keras_record("SGD", clipvalue=0.1),
    keras_record("SGD", global_clipnorm=0.7),
    keras_record("SGD", learning_rate=0.1, momentum=0.9, use_ema=True, ema_momentum=0.9,
                 ema_overwrite_frequency=5),
    keras_record("SGD", learning_rate=0.1, momentum=0.9, gradient_accumulation_steps=3),
    keras_record("RMSprop"),
    keras_record("RMSprop", centered=True, momentum=0.9),
    keras_record("Adam"),
    keras_record("Adam", amsgrad=True),
    keras_record("Adam", learning_rate=0.05, beta_1=0.5),
    keras_record("Adam", learning_rate=0.01, epsilon=0.1, clipnorm=0.5, weight_decay=0.1),
    keras_record("Adam", use_ema=True, ema_momentum=0.9),
    keras_record("AdamW"),
    keras_record("AdamW", learning_rate=0.05, weight_decay=0.1),
    keras_record("Adadelta"),
    keras_record("Adadelta", learning_rate=1.0, rho=0.95),
    keras_record("Adagrad"),
    keras_record("Adagrad", learning_rate=0.1, initial_accumulator_value=0.0, epsilon=1e-3),
    keras_record("SGD", momentum=0.9, learning_rate=schedule(
        "ExponentialDecay", initial_learning_rate=0.1, decay_steps=5, decay_rate=0.5)),
    keras_record("SGD", weight_decay=0.1, learning_rate=schedule(
        "PiecewiseConstantDecay", boundaries=[3, 7], values=[0.1, 0.05, 0.01])),
    keras_record("Adam", learning_rate=schedule(
        "CosineDecay", initial_learning_rate=0.0, decay_steps=6, alpha=0.1,
        warmup_target=0.05, warmup_steps=3)),
    torch_record("SGD", lr=0.01, momentum=0.9, dampening=0.0),
    torch_record("SGD", lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.01),
    torch_record("Adam", lr=0.001),
    torch_record("Adam", lr=0.001, amsgrad=True),
    torch_record("AdamW", lr=0.001, weight_decay=0.01),
    torch_record("RMSprop", lr=0.01),
    torch_record("RMSprop", lr=0.01, centered=True, momentum=0.9),
    torch_record("Adagrad", lr=0.01),
    torch_record("Adadelta", lr=1.0),
]

MUON_RECORDS = [
    muon(),
    muon(learning_rate=0.05, momentum=0.5, nesterov=False, ns_steps=3, rms_rate=None),
    muon(learning_rate=0.05, weight_decay=0.2, adam_weight_decay=0.1, adam_lr_ratio=0.3,
         exclude_layers=["^ta.l$", "bias"], exclude_embeddings=False),
    muon(learning_rate=0.05, weight_decay=None, adam_beta_1=0.5, adam_beta_2=0.9, epsilon=1e-3,
         muon_a=3.0, muon_b=-3.2, muon_c=1.2),
    muon(learning_rate=0.05, adam_weight_decay=None, clipnorm=0.5, use_ema=True, ema_momentum=0.9),
    muon(learning_rate=0.05, gradient_accumulation_steps=2),
]

golden.write(
    "optimizers.json",
    golden.keras_source() + "; " + golden.torch_source(),
    {"start": START, "gradients": GRADIENTS, "records": RECORDS,
     "muon": {"start": MATRICES, "gradients": MATRIX_GRADIENTS, "records": MUON_RECORDS}},
)
