"""Hugging Face transformers: a small BERT from a config, trained on the digits' rows as tokens.

    pip install h5py scikit-learn torch transformers
    python record_hugging_face.py [OUTPUT.h5]

An image is read row by row: a token is one of the rows of 8 pixels. Rows without ink at the bottom
are cut off and padded again in the batch, so sequences differ in length and the attention mask has
work to do. Nothing is downloaded.
"""

import numpy as np
import torch
from digits import SEED, Digits, say
from snn_analyze.record import record_hugging_face
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

CONFIG = BertConfig(
    vocab_size=2,
    hidden_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=96,
    max_position_embeddings=8,
    num_labels=10,
)


class RowsOfPixels(nn.Module):
    """Turns an 8 × 8 image into the embeddings of its tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(8, CONFIG.hidden_size)

    def forward(self, pixels: torch.Tensor) -> dict[str, torch.Tensor]:
        rows = pixels.unflatten(1, (8, 8))
        # 1 up to the last row that has ink.
        mask = (rows.sum(dim=2) > 0).flip(1).cummax(dim=1).values.flip(1)
        return {"inputs_embeds": self.project(rows), "attention_mask": mask.long()}


def main() -> None:
    torch.manual_seed(SEED)
    generator = np.random.default_rng(SEED)
    digits = Digits()
    inputs = torch.from_numpy(digits.train_inputs)
    labels = torch.from_numpy(digits.train_labels)
    test = torch.from_numpy(digits.test_inputs).split(256)

    tokens, model = RowsOfPixels(), BertForSequenceClassification(CONFIG)
    optimizer = torch.optim.Adam([*tokens.parameters(), *model.parameters()], lr=1e-3)
    recorder = digits.recorder("hugging-face", provenance={"network": "BERT, 3 layers of 48"})

    def record(epoch: int) -> None:
        model.eval()
        with torch.inference_mode():
            batches = [tokens(pixels) for pixels in test]
            scores = torch.cat([model(**batch).logits for batch in batches])
        model.train()
        accuracy = float((scores.argmax(dim=1).numpy() == digits.test_labels).mean())
        record_hugging_face(recorder, epoch, model, batches, metrics={"test_accuracy": accuracy})
        print(f"epoch {epoch:2d}  test accuracy {accuracy:.3f}")

    record(0)
    for epoch in range(1, 31):
        for rows in digits.batches(generator):
            optimizer.zero_grad()
            model(**tokens(inputs[rows]), labels=labels[rows]).loss.backward()
            optimizer.step()
        if epoch in (1, 2, 5, 10, 20, 30):
            record(epoch)
    say(recorder)


if __name__ == "__main__":
    main()
