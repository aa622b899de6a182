"""Writes PATH: layers, checkpoints and classes whose names act on whatever shows them as they are.

    python3 injection.py PATH [SHIFT]
"""

import sys

import h5py
import numpy as np

path, shift = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
random = np.random.default_rng(0)
names = [
    "<script>alert(1)</script>", "\"'>]]><!--&amp;", "new\nline::error::pwn", "\n::error::whole",
    "\x1b]0;title\x07\x1b[31mred\x1b[2J", "\u202egnp.exe\u2066", "=cmd|'/c calc'!A0", "..",
    "%0A::error title=x::y|`**`", "q\"\u0301,=1+1", "x" * 300, "\x9b31mC1", "$(touch pwned)`id`",
    "\u2028line\u2029", "tab\there", "@SUM(1)", "-1+1", "+1", "-1", "[click](http://evil)", "{{7*7}}",
    "\ufffe\uffff", "{\"a\":1}", "carriage\rreturn", "back\x08space", "it's",
]
rows = 6 * len(names)
classes = np.arange(rows) % len(names)
with h5py.File(path, "w", track_order=True) as file:
    for checkpoint in ["epoch_1", "epoch_2\x1b[31m<b>\n::warning::x"]:
        group = file.create_group(checkpoint, track_order=True)
        for name in names:
            layer = name.replace("/", "\u2044") if name != ".." else "..\u2044"
            values = random.normal(size=(rows, 6)) + (0.3 + shift) * classes[:, None]
            group.create_dataset(layer, data=values.astype("f4"))
    text = h5py.string_dtype()
    file.create_dataset("labels", data=np.array([names[c] for c in classes], dtype=object), dtype=text)
    ids = [f"{names[c]}{i}" for i, c in enumerate(classes)]
    file.create_dataset("sample_ids", data=np.array(ids, dtype=object), dtype=text)
