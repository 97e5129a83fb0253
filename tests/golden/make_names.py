"""Writes names.json: names, arguments and defaults of Keras's classes and functions."""

import inspect

import golden

keras = golden.keras_float64()

LAYERS = """InputLayer Dense Activation Flatten Reshape Dropout BatchNormalization
    LayerNormalization Rescaling Normalization Embedding Add Subtract Multiply Average Maximum
    Minimum Concatenate Dot Identity Lambda Permute RepeatVector Masking GaussianNoise
    GaussianDropout AlphaDropout UnitNormalization ActivityRegularization Softmax ReLU LeakyReLU
    ELU PReLU Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose
    DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D MaxPooling1D MaxPooling2D
    MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D GlobalMaxPooling1D
    GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D UpSampling1D
    UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D
    Cropping3D GroupNormalization SpectralNormalization SpatialDropout1D SpatialDropout2D
    SpatialDropout3D RandomFlip RandomCrop RandomTranslation RandomRotation RandomZoom
    RandomErasing RandomBrightness RandomContrast""".split()
OPTIMIZERS = "SGD RMSprop Adam AdamW Adadelta Adagrad Muon".split()
LOSSES = """MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError
    MeanSquaredLogarithmicError Huber LogCosh BinaryCrossentropy CategoricalCrossentropy
    SparseCategoricalCrossentropy KLDivergence Poisson Hinge SquaredHinge CategoricalHinge
    CosineSimilarity BinaryFocalCrossentropy CategoricalFocalCrossentropy""".split()
METRICS = """Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy
    TopKCategoricalAccuracy SparseTopKCategoricalAccuracy MeanSquaredError RootMeanSquaredError
    MeanAbsoluteError BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy
    Precision Recall AUC F1Score Mean Sum""".split()
SCHEDULES = """ExponentialDecay PiecewiseConstantDecay PolynomialDecay InverseTimeDecay
    CosineDecay CosineDecayRestarts""".split()
INITIALIZERS = """Constant Zeros Ones Identity RandomNormal RandomUniform TruncatedNormal
    VarianceScaling GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform
    Orthogonal""".split()
REGULARIZERS = "L1 L2 L1L2 OrthogonalRegularizer".split()
CONSTRAINTS = "MaxNorm NonNeg UnitNorm MinMaxNorm".split()
CALLBACKS = """Callback History ModelCheckpoint EarlyStopping LearningRateScheduler
    ReduceLROnPlateau CSVLogger LambdaCallback TerminateOnNaN ProgbarLogger""".split()
METHODS = """compile fit evaluate predict summary train_on_batch test_on_batch predict_on_batch
    save save_weights load_weights get_layer""".split()
FUNCTIONS = {
    "Input": keras.Input, "Model": keras.Model, "Sequential": keras.Sequential,
    "to_categorical": keras.utils.to_categorical, "normalize": keras.utils.normalize,
    "set_random_seed": keras.utils.set_random_seed,
}
WEIGHTED = [
    ("Dense", {"units": 4}, (None, 3)),
    ("BatchNormalization", {}, (None, 3)),
    ("LayerNormalization", {}, (None, 3)),
    ("LayerNormalization", {"axis": [1, 2]}, (None, 4, 3)),
    ("Embedding", {"input_dim": 5, "output_dim": 3}, (None, 2)),
    ("Normalization", {}, (None, 3)),
    ("PReLU", {}, (None, 3)),
    ("Dropout", {"rate": 0.5}, (None, 3)),
    ("PReLU", {"shared_axes": [1, 2]}, (None, 4, 5, 3)),
    ("Conv1D", {"filters": 4, "kernel_size": 2}, (None, 5, 3)),
    ("Conv2D", {"filters": 4, "kernel_size": [3, 2], "groups": 2}, (None, 5, 5, 6)),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "data_format": "channels_first"}, (None, 3, 5, 5)),
    ("Conv3D", {"filters": 4, "kernel_size": 2, "use_bias": False}, (None, 5, 5, 5, 3)),
    ("Conv1DTranspose", {"filters": 4, "kernel_size": 2}, (None, 5, 3)),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 2}, (None, 5, 5, 3)),
    ("Conv3DTranspose", {"filters": 4, "kernel_size": 2}, (None, 5, 5, 5, 3)),
    ("DepthwiseConv1D", {"kernel_size": 2, "depth_multiplier": 2}, (None, 5, 3)),
    ("DepthwiseConv2D", {"kernel_size": 2, "depth_multiplier": 2}, (None, 5, 5, 3)),
    ("SeparableConv1D", {"filters": 4, "kernel_size": 2, "depth_multiplier": 2}, (None, 5, 3)),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 2, "depth_multiplier": 2}, (None, 5, 5, 3)),
    ("GroupNormalization", {"groups": 3}, (None, 5, 6)),
    ("BatchNormalization", {"axis": 1}, (None, 3, 5, 5)),
]


def argument(parameter):
    result = {"name": parameter.name}
    if parameter.kind is parameter.VAR_POSITIONAL:
        return {"name": "*" + parameter.name}
    if parameter.kind is parameter.VAR_KEYWORD:
        return {"name": "**" + parameter.name}
    if parameter.default is not parameter.empty:
        value = parameter.default
        simple = value is None or isinstance(value, (bool, int, float, str, list, tuple))
        result["default"] = value if simple else str(value)
    return result


def described(thing):
    target = thing.__init__ if inspect.isclass(thing) else thing
    parameters = [p for p in inspect.signature(target).parameters.values() if p.name != "self"]
    return {"signature": str(inspect.signature(target)).replace("(self, ", "(").replace(
                "(self)", "()"),
            "arguments": [argument(p) for p in parameters]}


def group(module, names):
    return {name: described(getattr(module, name)) for name in names}


def weights(name, arguments, shape):
    keras.utils.clear_session()
    layer = getattr(keras.layers, name)(**arguments)
    layer.build(shape)
    return {"layer": name, "arguments": arguments, "input_shape": shape, "name": layer.name,
            "weights": [{"name": w.name, "path": w.path, "shape": w.shape,
                         "trainable": w.trainable} for w in layer.weights]}


def slots(name, **arguments):
    """The names of an optimizer's own variables for a matrix named kernel and a row named bias."""
    optimizer = getattr(keras.optimizers, name)(**arguments)
    optimizer.build([keras.Variable([[1.0, 2.0]] * 3, name="kernel"),
                     keras.Variable([1.0, 2.0], name="bias")])
    return {"optimizer": name, "arguments": arguments,
            "variables": [v.name for v in optimizer.variables]}


def automatic(name):
    return keras.src.utils.naming.to_snake_case(name)


golden.write("names.json", golden.keras_source(), {
    "layers": group(keras.layers, LAYERS),
    "optimizers": group(keras.optimizers, OPTIMIZERS),
    "losses": group(keras.losses, LOSSES),
    "metrics": group(keras.metrics, METRICS),
    "schedules": group(keras.optimizers.schedules, SCHEDULES),
    "initializers": group(keras.initializers, INITIALIZERS),
    "regularizers": group(keras.regularizers, REGULARIZERS),
    "constraints": group(keras.constraints, CONSTRAINTS),
    "callbacks": group(keras.callbacks, CALLBACKS),
    "methods": group(keras.Model, METHODS),
    "functions": {name: described(thing) for name, thing in FUNCTIONS.items()},
    "activations": {name: described(getattr(keras.activations, name))
                    for name in sorted(vars(keras.activations))
                    if inspect.isfunction(getattr(keras.activations, name))},
    "layer_names": {name: automatic(name) for name in LAYERS},
    "layer_weights": [weights(*given) for given in WEIGHTED],
    "optimizer_variables": [
        slots("SGD"), slots("SGD", momentum=0.9), slots("RMSprop", centered=True, momentum=0.9),
        slots("Adam"), slots("Adam", amsgrad=True), slots("Adadelta"), slots("Adagrad"),
        slots("Adam", use_ema=True), slots("Muon"),
        slots("Muon", exclude_layers=["ker"], gradient_accumulation_steps=2),
    ],
})
