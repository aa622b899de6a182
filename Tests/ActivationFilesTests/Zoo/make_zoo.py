"""Writes one small file for each layout, type and filter that dumps of activations come in.

    python3 -m venv venv && venv/bin/pip install h5py numpy scipy pandas tables netCDF4 anndata \\
        ml_dtypes hdf5plugin xarray safetensors hdf5storage
    venv/bin/python make_zoo.py [FOLDER...]

Every file holds the same six (or twelve) samples of four features; `zoo.txt` beside the files says
what reading each of them gives.
"""

import pathlib
import shutil
import sys

import h5py
import numpy as np

here = pathlib.Path(__file__).parent
rows = 6
values = (np.arange(rows * 4).reshape(rows, 4) - 5).astype("f4")
labels = np.array([0, 1, 2, 0, 1, 2])
names = np.array(["cat", "dog", "owl"])[labels]
rng = np.random.default_rng(1)


def file(name):
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return h5py.File(path, "w")


# Layouts that scripts of the field write. ------------------------------------------------------


def layouts():
    with file("layouts/features_labels.h5") as f:
        f["features"], f["labels"] = values, labels
    with file("layouts/x_y.h5") as f:
        f["X"], f["y"] = values, labels
    with file("layouts/preallocated.h5") as f:  # the rows behind count were never written
        features = f.create_dataset("all_feats", (24, 4), "f4", chunks=(4, 4))
        classes = f.create_dataset("all_labels", (24,), "i4", chunks=(4,))
        features[:rows], classes[:rows] = values, labels
        f["count"] = rows
    with file("layouts/few_shot.h5") as f:  # save_features.py: the rows behind count are padding
        f.create_dataset("all_labels", (10,), "i4", data=np.r_[labels, 0, 0, 0, 0].astype("i4"))
        f.create_dataset("all_feats", (10, 4), "f4", data=np.vstack([values, np.zeros((4, 4))]))
        f.create_dataset("count", (1,), "i4", data=[6])
    with file("layouts/padding_untold.h5") as f:
        f["all_feats"] = np.vstack([values, np.zeros((4, 4), "f4")])
        f["all_labels"] = np.r_[labels, 0, 0, 0, 0]
    with file("layouts/caffe.h5") as f:
        f["data"], f["label"] = values.reshape(6, 1, 1, 4), labels.astype("f4")
    with file("layouts/hidden_states.h5") as f:  # samples × layers × features
        f["hidden_states"] = np.stack([values, values + 1, values + 2], axis=1)
        f["hidden_states"].attrs["num_layers"] = 3
        f["labels"] = labels
    with file("layouts/hidden_states_untold.h5") as f:
        f["hidden_states"] = np.stack([values, values + 1, values + 2], axis=1)
        f["ground_truth"] = labels
    with file("layouts/layers_first.h5") as f:
        f["hidden_states"] = np.stack([values, values + 1, values + 2])
        f.attrs["num_layers"] = 3
        f["labels"] = labels
    with file("layouts/activations_layer.h5") as f:
        for i in (0, 2, 10):
            f[f"activations/layer_{i}"] = values + i
        f["labels"] = labels
        f["prompts"] = np.array(["What is it?"] * rows, dtype=h5py.string_dtype())
        f["activations/layer_0_weights"] = np.ones((6, 6), "f4")
    with file("layouts/splits.h5") as f:
        for split, n in (("test", 6), ("train", 4), ("val", 5)):
            f[f"{split}/activations"], f[f"{split}/labels"] = values[:n], labels[:n]
    with file("layouts/layer_region.h5") as f:
        for layer, region in ((0, "attn"), (0, "mlp"), (1, "attn")):
            f[f"layer_{layer}_{region}/activations"] = values + layer
            f[f"layer_{layer}_{region}/class_labels"] = labels
    for step in (5, 10, 100):
        with file(f"layouts/checkpoint_files/activations_step_{step}.h5") as f:
            for module in ("layer1.0.relu", "layer2.1.relu", "fc"):
                f[module] = values + step
            f["labels"] = labels
    for group in ("step", "epoch"):
        with file(f"layouts/{group}_groups.h5") as f:
            f["labels"] = labels
            for step in (0, 2, 10):
                for layer in ("conv1", "conv2", "logits"):
                    f[f"{group}_{step}/{layer}"] = values + step
    with file("layouts/per_sample_groups.h5") as f:
        for i in range(12):
            f[f"img_{i:05d}/layer_1"] = np.arange(4, dtype="f4") + i
            f[f"img_{i:05d}/layer_2"] = np.arange(3, dtype="f4") - i
        f["labels"] = np.arange(12) % 3
    with file("layouts/per_sample_labels.h5") as f:
        for i in range(12):
            f[f"img_{i}/feature"] = np.arange(4, dtype="f4").reshape(1, 4) + i
            f[f"img_{i}/label"] = i % 3
    with file("layouts/sentences.h5") as f:  # structural-probes: layers × tokens × features
        for i in range(12):
            f[str(i)] = rng.normal(size=(3, 2 + i % 5, 4)).astype("f4")
    np.save(here / "layouts/sentences_labels.npy", np.arange(12) % 2)
    for layer in (1, 2, 10):
        with file(f"layouts/layer_files/layer{layer}.h5") as f:
            f["features"], f["labels"] = values + layer, labels
    for name, n in (("cat", 4), ("dog", 3), ("owl", 5)):
        with file(f"layouts/class_files/class_{name}.h5") as f:
            f["features"] = values[:1].repeat(n, 0) + n
        with file(f"layouts/unsaid_files/{name}.h5") as f:
            f["features"] = values[:1].repeat(n, 0) + n
    with file("layouts/labels_elsewhere/epoch_1.h5") as f:
        f["conv"] = values
    with file("layouts/labels_elsewhere/epoch_2.h5") as f:
        f["conv"] = values
    with file("layouts/labels_elsewhere/labels.h5") as f:
        f["labels"] = labels
    with file("layouts/rsatoolbox.h5") as f:
        f["measurements"] = values
        f["obs_descriptors/conds"] = labels
        f["channel_descriptors/voxel"] = np.arange(4)
        f.attrs["rsatbx_version"] = "0.1.5"
    with file("layouts/thingsvision.h5") as f:
        f["features"] = values
    with file("layouts/keras_weights.h5") as f:
        f["model_weights/embedding/embedding/embeddings:0"] = np.ones((9, 4), "f4")
        f["model_weights/dense/dense/kernel:0"] = np.ones((4, 3), "f4")
        f["model_weights/dense/dense/bias:0"] = np.ones(3, "f4")
    with file("layouts/keras3.weights.h5") as f:
        f["layers/dense/vars/0"], f["layers/dense/vars/1"] = np.ones((4, 3)), np.ones(3)
    with file("layouts/state_dict.h5") as f:
        f["layer1.0.weight"], f["layer1.0.bias"] = np.ones((4, 3)), np.ones(3)
        f["bn.running_mean"] = np.ones(3)
    with file("layouts/eeg_trials.h5") as f:  # channels × times: no checkpoints
        for i in range(12):
            f[f"epoch_{i:05d}"] = values + i
        f["labels"] = np.arange(12) % 2
    with file("layouts/language_model.h5") as f:
        f["layer_1"], f["layer_2"], f["logits"] = values, values + 1, values + 2
        f["labels"], f["sample_ids"] = labels, np.arange(6) + 100
        f["positions"] = np.arange(6)
        f["input_ids"] = np.arange(6 * 16).reshape(6, 16)
        f["attention_mask"] = np.ones((6, 16), "i1")
        f["logprobs"] = np.zeros((6, 32), "f4")
    with file("layouts/missing_layer.h5") as f:
        f["labels"] = labels
        for step, layers in ((0, "ab"), (1, "ac"), (2, "abc")):
            for layer in layers:
                f[f"epoch_{step}/{layer}"] = values
    with file("layouts/features_first.h5") as f:  # Julia and R write the last axis first
        f["features"], f["labels"] = values.T.copy(), labels
    with file("layouts/two_labels.h5") as f:
        f["features"], f["fine_labels"], f["coarse_labels"] = values, labels, labels // 2
    with file("layouts/own_format.h5") as f:
        f.attrs["snn_format"] = "snn-analyze/activations/1"
        f.attrs["layer_names"] = ["stem", "body", "head"]
        f["labels"] = labels
        for epoch in (0, 3):
            for layer in ("body", "head", "stem"):
                f[f"epoch_{epoch}/{layer}"] = values
    with file("layouts/newer_format.h5") as f:
        f.attrs["snn_format"] = "snn-analyze/activations/7"
        f["labels"], f["epoch_0/a"] = labels, values


def frameworks():
    import anndata
    import pandas
    import scipy.sparse
    import tables

    obs = pandas.DataFrame({"cell_type": pandas.Categorical(names)}, [f"c{i}" for i in range(6)])
    data = anndata.AnnData(values, obs=obs)
    data.obsm["X_pca"] = values[:, :2]
    data.write_h5ad(here / "layouts/anndata.h5ad")
    data.obs["batch"] = pandas.Categorical(["a", "b"] * 3)
    data.write_h5ad(here / "layouts/anndata_batches.h5ad")
    data.obs = data.obs.rename(columns={"cell_type": "kind"})
    data.write_h5ad(here / "layouts/anndata_unsaid.h5ad")
    sparse = anndata.AnnData(scipy.sparse.csr_matrix(np.maximum(values, 0)), obs=obs)
    sparse.write_h5ad(here / "layouts/anndata_sparse.h5ad")

    with tables.open_file(here / "layouts/pytables_carray.h5", "w") as f:
        filters = tables.Filters(complevel=5, complib="zlib")
        f.create_carray("/", "activations", obj=values, filters=filters)
        f.create_array("/", "labels", obj=labels)
    with tables.open_file(here / "layouts/pytables_table.h5", "w") as f:

        class Row(tables.IsDescription):
            activation = tables.Float32Col(shape=(4,))
            label = tables.Int32Col()
            name = tables.StringCol(8)

        table = f.create_table("/", "samples", Row)
        for value, label, name in zip(values, labels, names):
            row = table.row
            row["activation"], row["label"], row["name"] = value, label, name
            row.append()
    frame = pandas.DataFrame(values, columns=list("abcd"))
    frame["label"] = labels
    frame.to_hdf(here / "layouts/pandas_fixed.h5", key="df")

    import netCDF4

    with netCDF4.Dataset(here / "layouts/netcdf.nc", "w") as f:
        f.createDimension("sample", 6)
        f.createDimension("unit", 4)
        f.createDimension("length", 3)
        f.createVariable("unit", "f4", ("unit",))[:] = np.arange(4)
        f.createVariable("hidden", "f4", ("sample", "unit"))[:] = values
        f.createVariable("label", "S1", ("sample", "length"))[:] = np.array(
            [list(name) for name in names], "S1")

    with h5py.File(here / "layouts/matlab.mat", "w", userblock_size=512) as f:
        def put(name, array, kind):
            f[name] = array.T
            f[name].attrs["MATLAB_class"] = np.bytes_(kind)

        put("activations", values.astype("f8"), "double")
        put("labels", labels.reshape(6, 1).astype("f8"), "double")
    with open(here / "layouts/matlab.mat", "r+b") as f:
        f.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116) + bytes(8) + b"\0\2IM")
    with h5py.File(here / "layouts/matlab_text.mat", "w", userblock_size=512) as f:
        text = np.array([[ord(c) for c in name] for name in names], "u2")
        for name, array, kind in (("acts", values, "single"), ("labels", text, "char")):
            f[name] = array.T
            f[name].attrs["MATLAB_class"] = np.bytes_(kind)


# Types and filters. ---------------------------------------------------------------------------


def types():
    import ml_dtypes

    with file("types/floats.h5") as f:
        f["labels"] = labels
        for code in ("f2", ">f2", "f4", ">f4", "f8", ">f8", "g", "i1", "i2", ">i4", "i8", "u1", "u4"):
            kind = np.dtype(code)
            f[("big_" if code[0] == ">" else "") + kind.name] = np.abs(values).astype(kind)
        f["bool"] = values > 0
        bfloat = h5py.h5t.IEEE_F32LE.copy()
        bfloat.set_fields(15, 7, 8, 0, 7)
        bfloat.set_size(2)
        bfloat.set_ebias(127)
        bits = (np.abs(values).view("u4") >> 16).astype("u2")
        space = h5py.h5s.create_simple(values.shape)
        dataset = h5py.h5d.create(f.id, b"bfloat16", bfloat, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(bits), mtype=bfloat)
        twelve = h5py.h5t.NATIVE_INT16.copy()
        twelve.set_precision(12)
        dataset = h5py.h5d.create(f.id, b"int12", twelve, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.abs(values).astype("i2"))
    with file("types/bf16_opaque.h5") as f:
        f["labels"] = labels
        f["layer"] = values.astype(ml_dtypes.bfloat16)
    with file("types/bf16_bits.h5") as f:
        f["labels"] = labels
        f["layer"] = values.astype(ml_dtypes.bfloat16).view("u2")
    with file("types/bf16_said.h5") as f:
        f["labels"] = labels
        f["layer"] = values.astype(ml_dtypes.bfloat16).view("u2")
        f["layer"].attrs["dtype"] = "torch.bfloat16"
    with file("types/float8.h5") as f:
        f["labels"] = labels
        f["layer"] = values.astype(ml_dtypes.float8_e4m3fn).view("V1")
    with file("types/compound.h5") as f:
        kind = np.dtype([("id", "i4"), ("vector", "f4", (4,)), ("label", "S3")])
        table = np.zeros(6, kind)
        table["vector"], table["label"] = values, names.astype("S3")
        f.create_dataset("table", data=table, chunks=(4,), compression="gzip")
    with file("types/nothing.h5") as f:
        f["labels"], f["fine"] = labels, values
        f["scalar"] = 3.0
        f["null"] = h5py.Empty("f4")
        f.create_dataset("no_rows", (0, 4), "f4")
        f.create_dataset("no_columns", (6, 0), "f4")
        f.create_dataset("unwritten", (6, 4), "f4")
        f["complex"] = values.astype("c8")


def filters():
    import hdf5plugin

    wide = (rng.normal(size=(24, 20)) * 3).round().astype("f4")
    with file("filters/known.h5") as f:
        f["labels"] = np.arange(24) % 4
        f["contiguous"] = wide
        options = {
            "gzip": dict(compression="gzip"),
            "gzip_shuffle": dict(compression="gzip", shuffle=True),
            "gzip_fletcher": dict(compression="gzip", fletcher32=True),
            "fletcher": dict(fletcher32=True),
            "lzf": dict(compression="lzf"),
            "lzf_shuffle": dict(compression="lzf", shuffle=True),
            "chunked": dict(),
        }
        for name, option in options.items():
            f.create_dataset(name, data=wide, chunks=(10, 12), **option)
        f.create_dataset("szip", data=wide, chunks=(10, 12), compression="szip")
        f.create_dataset("scaled", data=wide.astype("i4"), chunks=(10, 12), scaleoffset=0)
        f.create_dataset("resizable", data=wide, chunks=(7, 20), maxshape=(None, 20))
        partly = f.create_dataset("partly_written", (24, 20), "f4", chunks=(8, 8), fillvalue=7)
        partly[:, :16] = wide[:, :16]
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(wide.shape)
        dataset = h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, wide)
        layout = h5py.VirtualLayout(wide.shape, "f4")
        layout[:] = h5py.VirtualSource(".", "gzip", shape=wide.shape)
        f.create_virtual_dataset("virtual_inside", layout)
    with file("filters/half_written.h5") as f:
        f["labels"] = np.arange(24) % 4
        half = f.create_dataset("half", (24, 20), "f4", chunks=(8, 8), fillvalue=7)
        half[:16] = wide[:16]
        scaled = f.create_dataset("scaled", (24, 20), "i4", chunks=(8, 8), scaleoffset=0)
        scaled[8:] = wide[8:].astype("i4")
    with file("filters/missing.h5") as f:
        f["labels"] = np.arange(24) % 4
        f.create_dataset("blosc", data=wide, chunks=(10, 12), **hdf5plugin.Blosc())
        f.create_dataset("zstd", data=wide, chunks=(10, 12), **hdf5plugin.Zstd())
        f.create_dataset("lz4", data=wide, chunks=(10, 12), **hdf5plugin.LZ4())
        f.create_dataset("bitshuffle", data=wide, chunks=(10, 12), **hdf5plugin.Bitshuffle())
    with file("filters/labels_lzf.h5") as f:
        f["features"] = np.tile(wide, (4, 1))
        many = np.array(["cat", "dog"] * 48, dtype=h5py.string_dtype())
        f.create_dataset("labels", data=many, chunks=(16,), compression="lzf")


def other_files():
    with file("external/values.h5") as f:
        f["layer1"] = values
    with file("external/links.h5") as f:
        f["labels"], f["here"] = labels, values
        f["link"] = h5py.ExternalLink("values.h5", "/layer1")
        f["broken"] = h5py.ExternalLink("nowhere.h5", "/layer1")
    with file("external/virtual.h5") as f:
        f["labels"], f["here"] = labels, values
        for name, source in (("virtual", "values.h5"), ("torn", "nowhere.h5")):
            layout = h5py.VirtualLayout((6, 4), "f4")
            layout[:] = h5py.VirtualSource(source, "layer1", shape=(6, 4))
            f.create_virtual_dataset(name, layout)
    with file("external/storage.h5") as f:
        f["labels"], f["here"] = labels, values
        f.create_dataset("raw", (6, 4), "f4", external=[("/nowhere/values.bin", 0, 96)])
    with file("external/passwords.h5") as f:
        f["labels"] = labels
        f.create_dataset("raw", (6, 4), "f4", external=[("/etc/passwd", 0, 96)])


def numpy_files():
    folder = here / "numpy"
    folder.mkdir(exist_ok=True)
    np.savez(folder / "stored.npz", conv1=values, conv2=values + 1, labels=labels)
    np.savez_compressed(folder / "deflated.npz", conv1=values, conv2=values + 1, labels=names)
    np.savez(folder / "splits.npz", X_train=values, y_train=labels, X_test=values[:4], y_test=labels[:4])
    np.save(folder / "alone.npy", values)
    for step in (1, 10, 9):
        inner = folder / f"run/epoch_{step}"
        inner.mkdir(parents=True, exist_ok=True)
        np.save(inner / "layer1.npy", values + step)
        np.save(inner / "layer2.npy", np.asfortranarray(values.astype("f2")))
    np.save(folder / "run/labels.npy", labels)


def family():
    path = str(here / "layouts/family_%05d.h5")
    with h5py.File(path, "w", driver="family", memb_size=2**20) as f:
        f["features"], f["labels"] = values, labels


# Files whose meaning is more than their shape: axes by name, ids, shards, steps with a unit. ------


def axes():
    import xarray

    square = (np.arange(rows * rows).reshape(rows, rows) % 11 - 3).astype("f4")
    xarray.Dataset(
        {"X": (("feature", "sample"), square.T), "labels": ("sample", labels)}
    ).to_netcdf(here / "meaning/xarray.nc")
    xarray.Dataset(
        {"X": (("neuroid", "presentation"), square.T)},
        coords={"presentation": np.arange(rows) + 10, "kind": ("presentation", names)},
    ).to_netcdf(here / "meaning/brainio.nc")
    with file("meaning/scales.h5") as f:
        f["X"], f["labels"] = square.T, labels
        f["axis"] = np.arange(rows)
        f["axis"].make_scale("samples")
        f["X"].dims[1].attach_scale(f["axis"])
    with file("meaning/dimension_labels.h5") as f:
        f["X"], f["labels"] = square.T, labels
        f["X"].dims[0].label, f["X"].dims[1].label = "unit", "stimulus"
    with file("meaning/square.h5") as f:
        f["X"], f["labels"] = square, labels
    with file("meaning/square_among.h5") as f:
        f["X"], f["Y"], f["labels"] = square, values, labels
    with file("meaning/octave.h5") as f:  # save -hdf5
        for name, value, kind in (("layer1", square.T, "matrix"), ("labels", labels[None], "int32 matrix")):
            group = f.create_group(name)
            group.attrs["OCTAVE_NEW_FORMAT"] = np.uint8(1)
            group["type"], group["value"] = np.bytes_(kind), value
    with file("meaning/rhdf5.h5") as f:  # h5write of a matrix samples x features
        f["X"], f["labels"] = square.T, labels.astype("i4")
        for name in f:
            f[name].attrs["rhdf5-NA.OK"] = np.int32(1)
    path = here / "meaning/julia.jld2"
    with h5py.File(path, "w", userblock_size=512) as f:
        f["X"], f["labels"] = square.T, labels
    with open(path, "r+b") as f:
        f.write(b"HDF5-based Julia Data Format, version 0.1.1\x00 (Julia 1.10.4, 64-bit)")
    np.savez(here / "meaning/fortran.npz", a=values.T.copy(), b=values.T, labels=labels)
    np.savez(here / "meaning/fortran_square.npz", a=square, b=np.asfortranarray(square), labels=labels)


def roles():
    wide = np.arange(rows * 5).reshape(rows, 5).astype("f4") / 4
    one_hot = np.eye(3, dtype="f4")[labels]
    raw = np.zeros((rows, 3, 4, 4), "f4")
    for name, datasets in {
        "clip": dict(image=wide, text=wide * 2, labels=labels),
        "images": dict(images=raw, labels=labels),
        "inputs": dict(conv=wide, images=raw, labels=labels),
        "byol": dict(online=wide, target=wide * 2, y=labels),
        "simsiam": dict(projection=wide, prediction=wide * 2, labels=labels),
        "one_hot": dict(a=wide, target=one_hot, labels=labels, predictions=labels),
        "attention": dict(a=wide, head_weights=wide * 3, labels=labels),
        "probe": dict(a=wide, probe_weights=wide[:3, :5].T, labels=labels),
    }.items():
        with file(f"meaning/{name}.h5") as f:
            for key, value in datasets.items():
                f[key] = value


def steps():
    for name, groups in {
        "units": ("step_500", "step_10k", "step_1.5k", "average"),
        "tokens": ("1M", "2.5B", "500k"),
        "lightning": ("epoch=9-step=4500", "epoch=10-step=5000", "epoch=9-step=800"),
        "fractions": ("epoch_1", "epoch_0.5", "epoch_0.25"),
        "blocks": ("3a", "3b", "4b"),
    }.items():
        with file(f"meaning/{name}.h5") as f:
            f["labels"] = labels
            for index, group in enumerate(groups):
                f[f"{group}/layer"] = values + index


def ids():
    order = [3, 0, 5, 1, 4, 2]
    keys = np.array([f"img_{i:03d}" for i in range(rows)])
    with file("meaning/ids.h5") as f:
        f["features"] = values
        f["sample_ids"] = keys.astype(h5py.string_dtype())
    folder = here / "meaning"

    def table(name, rows, head="image_id,species"):
        (folder / name).write_text(head + "\n" + "".join(f"{a},{b}\n" for a, b in rows))

    table("ids.csv", [(keys[i], names[i]) for i in order] + [("img_900", "elk")])
    table("ids_missing.csv", [(keys[i], names[i]) for i in order[:4]])
    table("ids_doubled.csv", [(keys[i], names[i]) for i in order] + [(keys[2], "elk")])
    table("ids_of_others.csv", [(f"other_{i}", names[i]) for i in range(rows)])
    table("ids_as_rows.csv", [(i, names[i]) for i in range(rows)], ",species")
    with file("meaning/ids_labels.h5") as f:
        f["labels"] = labels[order]
        f["sample_ids"] = keys[order].astype(h5py.string_dtype())
    proteins = [f"P{i * 7919 % 97:05d}" for i in range(12)]
    with file("meaning/proteins.h5") as f:  # bio_embeddings: one dataset a protein
        for i, protein in enumerate(proteins):
            f[str(i)] = np.arange(4, dtype="f4") + i
            f[str(i)].attrs["original_id"] = protein
    table("proteins.csv", [(p, "ab"[i % 2]) for i, p in sorted(enumerate(proteins), key=lambda x: x[1])], "id,fold")
    table("keys.csv", [(i, "ab"[i % 2]) for i in reversed(range(12))], "key,fold")


def shards():
    whole = np.arange(9 * 4).reshape(9, 4).astype("f4")
    kinds = np.arange(9) % 3
    cut = ((0, 4), (4, 8), (8, 9))
    for number, (i, j) in zip((0, 2, 10), cut):  # Caffe, thingsvision: one file a part
        with file(f"meaning/parts/train_{number}.h5") as f:
            f["data"], f["label"] = whole[i:j], kinds[i:j]
    with file("meaning/batch_groups.h5") as f:
        for number, (i, j) in zip((0, 2, 10), cut):
            f[f"batch_{number}/features"], f[f"batch_{number}/labels"] = whole[i:j], kinds[i:j]
    with file("meaning/batch_datasets.h5") as f:
        f["labels"] = kinds
        for layer in (1, 2):
            for number, (i, j) in zip((0, 2, 10), cut):
                f[f"layer{layer}/batch_{number}"] = whole[i:j] * layer
    with file("meaning/equal_parts.h5") as f:
        f["labels"] = kinds
        for number in range(3):
            f[f"features_{number}"] = whole[3 * number : 3 * number + 3]
    with file("meaning/other_parts.h5") as f:
        f["labels"] = kinds
        for layer, places in (("conv", cut), ("fc", ((0, 3), (3, 6), (6, 9)))):
            for number, (i, j) in enumerate(places):
                f[f"{layer}/batch_{number}"] = whole[i:j]
    with file("meaning/checkpoints_in_parts.h5") as f:
        f["labels"] = kinds
        for epoch in (1, 2):
            for number, (i, j) in enumerate(cut):
                f[f"epoch_{epoch}/fc/batch_{number}"] = whole[i:j] + epoch
    with file("meaning/thingsvision.h5") as f:
        for number, (i, j) in enumerate(cut):
            f[f"features_{number + 1:02d}"] = whole[i:j]
    for layer in ("avgpool", "layer3"):
        folder = here / "meaning/thingsvision" / layer
        folder.mkdir(parents=True, exist_ok=True)
        for i, j in cut:
            np.save(folder / f"features_{i}-{j}.npy", whole[i:j])
    np.save(here / "meaning/nine_labels.npy", kinds)
    for name, first in (("a", 0), ("b", 3)):  # as many rows, other samples
        with file(f"meaning/halves/{name}.h5") as f:
            f["features"], f["labels"] = whole[first : first + 3], np.array([0, 1, first])


def meaning():
    (here / "meaning").mkdir(exist_ok=True)
    for make in (axes, roles, steps, ids, shards):
        make()


# safetensors. ----------------------------------------------------------------------------------


def safetensors_files():
    import ml_dtypes
    from safetensors.numpy import save_file

    folder = here / "safetensors"
    (folder / "run").mkdir(parents=True, exist_ok=True)
    types = {"f64": "f8", "f32": "f4", "f16": "f2", "bf16": ml_dtypes.bfloat16, "u16": "u2"}
    tensors = {f"layers.{name}": (values + 5).astype(t) for name, t in types.items()}
    tensors["labels"] = labels
    save_file(tensors, folder / "types.safetensors", metadata={"format": "np"})
    for step in (1, 2, 10):
        save_file({"conv1": values + step, "fc": values * step, "labels": labels.astype("i4")},
                  folder / f"run/step_{step}.safetensors")
    save_file({"mlp.weight": np.ones((4, 4), "f4"), "mlp.bias": np.ones(4, "f4")},
              folder / "weights.safetensors")


# What labels and arrays come as. ---------------------------------------------------------------


def texts():
    (here / "texts").mkdir(exist_ok=True)
    folder = here / "texts"
    with file("texts/features.h5") as f:
        f["features"] = values
        f["events"] = np.c_[np.arange(6), np.zeros(6, int), labels + 1]
        f["names"] = np.array([*names[:5], ""], "S3")
    (folder / "lines.txt").write_text("".join(f"{name}\n" for name in names))
    np.savetxt(folder / "savetxt.csv", labels, fmt="%d")
    np.savetxt(folder / "savetxt.txt", labels)
    (folder / "column.csv").write_text("species\n" + "".join(f"{name}\n" for name in names))
    (folder / "semicolon.csv").write_text(
        "file;label\n" + "".join(f"im{i};{label}.0\n" for i, label in enumerate(labels)))
    (folder / "gaps.csv").write_text("file,label\na,x\nb,\nc,x\nd,NA\ne,y\nf,y\n")
    np.save(folder / "objects.npy", names.astype(object), allow_pickle=True)
    np.savez(folder / "objects.npz", features=values, labels=names.astype(object))


def cells():
    import hdf5storage
    import pandas

    texts_in_cells, matrices = np.empty((6, 1), object), np.empty((1, 2), object)
    texts_in_cells[:, 0] = [str(name) for name in names]
    matrices[0, 0], matrices[0, 1] = values.astype("f8"), values.astype("f8") * 2
    for name, data in (
        ("labels.mat", {"layer1": values.astype("f8"), "labels": texts_in_cells}),
        ("layers.mat", {"activations": matrices, "labels": labels.reshape(-1, 1) + 1.0}),
    ):
        (here / "cells").mkdir(exist_ok=True)
        hdf5storage.savemat(str(here / "cells" / name), data, format="7.3")
    with file("cells/columns.h5") as f:  # a data frame of R
        table = np.zeros(6, [(f"X{i}", "f8") for i in range(12)] + [("label", "u1")])
        f["samples"] = table
    frame = pandas.DataFrame(values, columns=list("abcd"))
    frame["label"] = names
    frame.to_hdf(here / "cells/whole.h5", key="features", mode="w")
    with h5py.File(here / "cells/whole.h5") as whole, file("cells/pandas_fixed.h5") as f:
        for name, item in whole["features"].items():  # but for the empty megabyte of its pickle
            if name == "block1_values":
                f.create_dataset(f"features/{name}", (1,), item.dtype)[0] = item[0]
            else:
                whole.copy(item, f.require_group("features"))
    (here / "cells/whole.h5").unlink()


def keys():
    random = np.random.default_rng(1)
    ids = ["".join(random.choice(list("abcdefXYZ"), 8)) for _ in range(12)]
    wide = np.arange(48).reshape(12, 4).astype("f4")
    with file("keys/accessions.h5") as f:
        for key, row in zip(ids, wide):
            f[key] = row
    with file("keys/videos.h5") as f:
        for number, (key, row) in enumerate(zip(ids, wide)):
            f[f"v_{key}/features"] = np.tile(row, (2 + number % 4, 1))
    with file("keys/slashes.h5") as f:
        for number, row in enumerate(wide):
            group = f"{('db', 'query')[number % 2]}/cam{number % 3}/img_{number}.jpg"
            f[f"{group}/descriptor"], f[f"{group}/image_size"] = row, np.array([640, 480])
    with file("keys/suffixes.h5") as f:
        for number, row in enumerate(wide):
            f[f"{number + 100}_grids"] = np.tile(row, (3, 1))
            f[f"{number + 100}_mask"] = np.ones((2 + number % 3, 9), "f4")
            f[f"{number + 100}_size"] = np.array([640, 480])
    np.save(here / "keys/twelve_labels.npy", np.arange(12) % 3)
    for number, row in enumerate(wide):
        (here / "keys/images").mkdir(exist_ok=True)
        np.savez(here / f"keys/images/img_{number}.npz", conv=row.reshape(1, 1, 2, 2), fc=row[None])


def tokens():
    words = np.arange(6 * 5 * 4).reshape(6, 5, 4).astype("f4")
    tags = np.arange(30).reshape(6, 5) % 3
    with file("tokens/words.h5") as f:  # padding by a label, in the middle too
        f["layer1"], f["layer2"] = words, words + 1
        f["labels"] = tags
        f["labels"][0, 0] = f["labels"][3, 2] = f["labels"][5, 4] = -100
    with file("tokens/masked.h5") as f:
        f.create_dataset("hidden", data=words.astype("f2"), chunks=(4, 5, 4), compression="gzip")
        f["labels"], f["attention_mask"] = tags, np.ones((6, 5), "i1")
        f["attention_mask"][2, 3:] = 0
    with file("tokens/sentences.h5") as f:  # a label a sentence
        f["layer1"], f["labels"] = words, labels


makers = {
    "tokens": [tokens],
    "safetensors": [safetensors_files], "texts": [texts], "cells": [cells], "keys": [keys],
    "filters": [filters], "layouts": [layouts, frameworks, family], "types": [types],
    "external": [other_files], "numpy": [numpy_files], "meaning": [meaning],
}
for folder in sys.argv[1:] or makers:
    shutil.rmtree(here / folder, ignore_errors=True)
    for make in makers[folder]:
        make()
print(sum(1 for path in here.rglob("*") if path.is_file()), "files", file=sys.stderr)
