"""Numbers of weights and names of layers of known networks: from keras.applications, and from PyTorch."""

import golden

keras = golden.keras_float64()
RECORDS = []

for name, make, options in (
    ("vgg16", keras.applications.VGG16, {"include_top": False}),
    ("vgg19", keras.applications.VGG19, {"include_top": False}),
    ("vgg16", keras.applications.VGG16, {"input_shape": [32, 32, 3], "classes": 10}),
    ("resnet50", keras.applications.ResNet50, {}),
    ("resnet50", keras.applications.ResNet50, {"include_top": False, "input_shape": [64, 64, 3]}),
    ("mobilenet", keras.applications.MobileNet, {}),
    ("mobilenet", keras.applications.MobileNet, {"alpha": 0.25, "input_shape": [128, 128, 3], "classes": 10}),
    ("mobilenet_v2", keras.applications.MobileNetV2, {}),
    ("mobilenet_v2", keras.applications.MobileNetV2, {"alpha": 0.35, "input_shape": [96, 96, 3]}),
    ("mobilenet_v2", keras.applications.MobileNetV2, {"alpha": 1.4, "include_top": False}),
    ("mobilenet_v2", keras.applications.MobileNetV2, {"input_shape": [160, 160, 3], "classes": 2}),
):
    keras.backend.clear_session()
    model = make(weights=None, **options)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    trained = sum(int(weight.numpy().size) for weight in model.trainable_weights)
    RECORDS.append({"network": name, "options": options, "weights": model.count_params(), "trained": trained,
                    "output": list(model.output_shape[1:]), "layers": sorted(layer.name for layer in layers)})

golden.write("applications.json", f"Keras {keras.__version__}", {"records": RECORDS})
