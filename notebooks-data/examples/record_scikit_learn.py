"""scikit-learn: a perceptron that is fitted epoch by epoch.

    pip install h5py scikit-learn
    python record_scikit_learn.py [OUTPUT.h5]
"""

import numpy as np
from digits import SEED, Digits, say
from snn_analyze.record import record_scikit_learn
from sklearn.neural_network import MLPClassifier


def main() -> None:
    digits = Digits()
    recorder = digits.recorder("scikit-learn", provenance={"network": "64-128-64-10, ReLU"})
    model = MLPClassifier((128, 64), random_state=SEED)
    for epoch in range(1, 31):
        model.partial_fit(digits.train_inputs, digits.train_labels, classes=np.arange(10))
        if epoch in (1, 2, 5, 10, 20, 30):
            accuracy = model.score(digits.test_inputs, digits.test_labels)
            metrics = {"test_accuracy": accuracy}
            record_scikit_learn(recorder, epoch, model, digits.test_inputs, metrics=metrics)
            print(f"epoch {epoch:2d}  test accuracy {accuracy:.3f}")
    say(recorder)


if __name__ == "__main__":
    main()
