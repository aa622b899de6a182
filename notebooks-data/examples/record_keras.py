"""Keras 3, on whichever backend is installed, from a callback of `fit`.

    pip install h5py scikit-learn keras jax          # or torch, or tensorflow
    KERAS_BACKEND=jax python record_keras.py [OUTPUT.h5]
"""

import keras
from digits import SEED, Digits, say
from snn_analyze.record import record_keras


def network() -> keras.Model:
    return keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(128, activation="relu", name="dense1"),
            keras.layers.Dropout(0.2, name="dropout"),
            keras.layers.Dense(64, activation="relu", name="dense2"),
            keras.layers.Dense(10, name="logits"),
        ]
    )


def main() -> None:
    keras.utils.set_random_seed(SEED)
    digits = Digits()
    model = network()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(True), metrics=["accuracy"])
    recorder = digits.recorder("keras", provenance={"network": "64-128-64-10, ReLU, dropout"})

    def record(epoch: int, logs: dict) -> None:
        if epoch + 1 in (1, 2, 5, 10, 20):
            metrics = {"train_loss": logs["loss"], "test_accuracy": logs["val_accuracy"]}
            record_keras(
                recorder, epoch + 1, model, digits.test_inputs,
                layers=["dense*", "logits"], metrics=metrics,
            )
            print(f"epoch {epoch + 1:2d}  test accuracy {logs['val_accuracy']:.3f}")

    model.fit(
        digits.train_inputs, digits.train_labels, batch_size=32, epochs=20, verbose=0,
        validation_data=(digits.test_inputs, digits.test_labels),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=record)],
    )
    say(recorder)


if __name__ == "__main__":
    main()
