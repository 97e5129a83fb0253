"""Writes schedules.json: the learning rate of each schedule at steps 0 to 60."""

import golden

keras = golden.keras_float64()

STEPS = 61


def record(name, **arguments):
    schedule = getattr(keras.optimizers.schedules, name)(**arguments)
    values = [float(schedule(step)) for step in range(STEPS)]
    return {"schedule": name, "arguments": arguments, "values": values}


RECORDS = [
    record("ExponentialDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.9),
    record("ExponentialDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.9,
           staircase=True),
    record("PiecewiseConstantDecay", boundaries=[10, 25], values=[1.0, 0.5, 0.1]),
    record("PolynomialDecay", initial_learning_rate=0.1, decay_steps=20),
    record("PolynomialDecay", initial_learning_rate=0.1, decay_steps=20,
           end_learning_rate=0.01, power=2.0),
    record("PolynomialDecay", initial_learning_rate=0.1, decay_steps=20,
           end_learning_rate=0.01, power=0.5, cycle=True),
    record("InverseTimeDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5),
    record("InverseTimeDecay", initial_learning_rate=0.1, decay_steps=10, decay_rate=0.5,
           staircase=True),
    record("CosineDecay", initial_learning_rate=0.1, decay_steps=40),
    record("CosineDecay", initial_learning_rate=0.1, decay_steps=40, alpha=0.2),
    record("CosineDecay", initial_learning_rate=0.01, decay_steps=30, warmup_target=0.1,
           warmup_steps=10),
    record("CosineDecay", initial_learning_rate=0.0, decay_steps=30, alpha=0.05,
           warmup_target=0.1, warmup_steps=10),
    record("CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=10),
    record("CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=10, t_mul=1.0,
           m_mul=0.8, alpha=0.1),
    record("CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=8, t_mul=1.5,
           m_mul=0.9),
]

golden.write("schedules.json", golden.keras_source(), {"steps": STEPS, "records": RECORDS})
