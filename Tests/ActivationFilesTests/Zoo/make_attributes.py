"""Writes files whose attributes change what their numbers mean, and files that lack some.

    venv/bin/python make_attributes.py        (with the packages that make_zoo.py names, and h5netcdf)

All hold the same six samples of four features, or refuse to: `zoo.txt` says what reading gives.
"""

import pathlib
import shutil

import anndata
import h5py
import netCDF4
import numpy as np
import pandas as pd
import xarray as xr

folder = pathlib.Path(__file__).parent / "attributes"
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir()

stored = np.arange(24).reshape(6, 4) - 5
labels = np.array([0, 1, 2, 0, 1, 2])
names = np.array(["cat", "dog", "owl"])[labels]
values = stored * 0.5 + 3.0
packed = dict(dtype="int16", scale_factor=0.5, add_offset=3.0, _FillValue=-32768)


def with_gaps(array, *places):
    array = array.astype(float)
    for place in places:
        array[place] = np.nan
    return array


# netCDF, by xarray and by netCDF4. ---------------------------------------------------------------


def xarray_file(name, data, classes, **encoding):
    coordinates = {"label": ("sample", classes)}
    dataset = xr.Dataset({"layer1": (("sample", "unit"), data)}, coords=coordinates)
    dataset.to_netcdf(folder / name, encoding=encoding, engine="h5netcdf")


xarray_file("packed.nc", values, labels, layer1=packed)
xarray_file("packed_floats.nc", values.astype("f4"), labels, layer1={
    **packed, "dtype": "float32", "_FillValue": np.float32(1e20)})
xarray_file("lacks_values.nc", with_gaps(values, (1, 2), (4, 0)), labels, layer1=packed)
xarray_file("lacks_labels.nc", values, with_gaps(labels, 0, 3), label=dict(
    dtype="int32", _FillValue=-9999))

with netCDF4.Dataset(folder / "netcdf4.nc", "w") as f:
    f.createDimension("sample", 6), f.createDimension("unit", 4)
    unsigned = f.createVariable("unsigned", "i1", ("sample", "unit"), zlib=True, fill_value=-1)
    unsigned._Unsigned = "true"
    unsigned.set_auto_maskandscale(False)
    unsigned[:] = (stored + 130).astype("u1").view("i1")
    layer = f.createVariable("packed", "i2", ("sample", "unit"), zlib=True, chunksizes=(4, 3))
    layer.scale_factor, layer.add_offset = np.float32(0.5), np.float32(3)
    layer.valid_range = np.array([-5, 18], "i2")
    layer[:] = values
    bounded = f.createVariable("bounded", "i2", ("sample", "unit"))
    bounded.scale_factor, bounded.valid_min = 0.5, 0.0  # of the values, since it is no integer
    bounded[:] = (stored + 5) * 0.5
    f.createVariable("labels", "i4", ("sample",))[:] = labels
with netCDF4.Dataset(folder / "unwritten.nc", "w") as f:  # the library's own fill values
    f.createDimension("sample", 6), f.createDimension("unit", 4)
    f.createVariable("layer1", "f4", ("sample", "unit"))[:4] = values[:4]
    f.createVariable("labels", "i4", ("sample",))[:] = labels
with netCDF4.Dataset(folder / "beyond.nc", "w") as f:
    f.createDimension("sample", 6), f.createDimension("unit", 4)
    layer = f.createVariable("layer1", "f4", ("sample", "unit"))
    layer.set_auto_maskandscale(False)
    layer.valid_range = np.array([-1, 10], "f4")
    layer[:] = values
    f.createVariable("labels", "i4", ("sample",))[:] = labels

# Every way in which values are read. -------------------------------------------------------------

with h5py.File(folder / "ways.h5", "w") as f:

    def scaled(name, array, **storage):
        f.create_dataset(name, data=array, **storage).attrs.update(
            {"scale_factor": 0.5, "add_offset": 3.0})

    whole = stored.astype("i2")
    scaled("contiguous", whole)
    scaled("chunked", whole, chunks=(2, 3))
    scaled("deflated", whole, chunks=(4, 4), compression="gzip", shuffle=True)
    scaled("big_endian", stored.astype(">i4"))
    scaled("half", stored.astype("f2"))
    scaled("single", stored.astype("f4"))
    scaled("double", stored.astype("f8"), chunks=(3, 4))
    scaled("long_double", stored.astype(np.longdouble))
    scaled("unsigned", (stored + 5).astype("u2"))  # would be asked about without its scale
    layers = f.create_dataset("stacked", data=np.stack([whole, whole + 8], 1))
    layers.attrs.update({"scale_factor": 0.5, "add_offset": 3.0, "num_layers": 2})
    f["labels"] = labels
with h5py.File(folder / "features_first.h5", "w") as f:
    f["layer1"], f["labels"] = stored.T.astype("i2"), labels
    f["layer1"].attrs["scale_factor"], f["layer1"].attrs["add_offset"] = 0.5, 3.0
with h5py.File(folder / "tokens.h5", "w") as f:
    f["layer1"], f["labels"] = np.stack([stored - 2, stored + 2], 1).astype("i2"), labels
    f["layer1"].attrs["scale_factor"], f["layer1"].attrs["add_offset"] = 0.5, 3.0
with h5py.File(folder / "per_sample.h5", "w") as f:
    for row in range(6):
        f[f"img_{row}"] = stored[row].astype("i2")
        f[f"img_{row}"].attrs["scale_factor"], f[f"img_{row}"].attrs["add_offset"] = 0.5, 3.0
    f["labels"] = labels
(folder / "parts").mkdir()
for part, (i, j) in enumerate(((0, 4), (4, 6))):  # each has a scale of its own
    with h5py.File(folder / f"parts/part_{part}.h5", "w") as f:
        scale = 0.5 / (part + 1)
        f["layer1"] = np.round((values[i:j] - 3) / scale).astype("i2")
        f["layer1"].attrs["scale_factor"], f["layer1"].attrs["add_offset"] = scale, 3.0
        f["labels"] = labels[i:j]
with h5py.File(folder / "quantized.h5", "w") as f:
    f["layer1"], f["labels"] = (stored + 20).astype("i1"), labels
    f["layer1"].attrs["scale"], f["layer1"].attrs["zero_point"] = 0.5, 14
with h5py.File(folder / "table.h5", "w") as f:
    table = np.zeros(6, [("activation", "f4", 4), ("label", "i4")])
    table["activation"], table["label"] = values, labels
    f["table"] = table
    f["table"].attrs["scale_factor"] = 0.5

# What is missing. --------------------------------------------------------------------------------

with h5py.File(folder / "single_fill.h5", "w") as f:  # read without being decoded
    f["layer1"], f["labels"] = values.astype("f4"), labels
    f["layer1"][2, 1] = 1e20
    f["layer1"].attrs["missing_value"] = np.array([-999, 1e20])
with h5py.File(folder / "fillvalue.h5", "w") as f:
    f["layer1"] = values
    f.create_dataset("labels", (6,), "i4", fillvalue=-7)[:4] = labels[:4]
with h5py.File(folder / "padded.h5", "w") as f:  # what is missing behind the count is padding
    f["layer1"], f["count"] = np.vstack([values, np.full((2, 4), 1e20)]), 6
    f["layer1"].attrs["_FillValue"] = 1e20
    f["labels"] = np.r_[labels, -1, -1]
    f["labels"].attrs["_FillValue"] = -1
with h5py.File(folder / "texts.h5", "w") as f:
    f["layer1"] = values
    f["labels"] = np.array([*names[:4], "", "owl"], dtype=h5py.string_dtype())
with h5py.File(folder / "casts.h5", "w") as f:
    f["layer1"] = values
    f["labels"] = np.array([0, 1, 2, 0, np.iinfo("i8").min, 2])  # NaN, cast
    f["predictions"] = np.array([0, 1, 2, 0, 1, 2], "i4")

frame = pd.DataFrame({"label": [*names[:4], np.nan, "owl"]})
frame.insert(0, "x", values[:, 0])
frame.to_hdf(folder / "pandas.h5", key="df", format="table", data_columns=["label"])


def anndata_file(name, **columns):
    cells = pd.DataFrame(columns, [f"cell{i}" for i in range(6)])
    anndata.AnnData(values.astype("f4"), obs=cells).write_h5ad(
        folder / name, convert_strings_to_categoricals=False)


anndata.settings.allow_write_nullable_strings = True
gaps = [*names[:4], pd.NA, "owl"]
anndata_file("nullable.h5ad", label=pd.array(labels, dtype="Int64"))
anndata_file("nullable_gap.h5ad", label=pd.array([0, 1, pd.NA, 0, 1, 2], dtype="Int64"))
anndata_file("nullable_text.h5ad", label=pd.array(gaps, dtype="string"))
anndata_file("category_gap.h5ad", label=pd.Categorical([*names[:4], None, "owl"]))

with h5py.File(folder / "rhdf5.h5", "w") as f:  # as R writes: the last axis first, and NA
    f["layer1"] = values.T
    f["labels"] = np.array([0, 1, 2, 0, np.iinfo("i4").min, 2], "i4")
    f["names"] = np.array([*names[:5], "NA"], "S3")
    f["reals"] = np.r_[labels[:5], np.frombuffer(np.uint64(0x7FF00000000007A2).tobytes())]
    for name in f:
        f[name].attrs["rhdf5-NA.OK"] = np.array([1], "i4")

# Attributes that are none. -----------------------------------------------------------------------

malformed = {
    "text": ("scale_factor", "half"), "vector": ("scale_factor", [0.5, 0.25]),
    "zero": ("scale_factor", 0.0), "not_finite": ("add_offset", np.nan),
    "range": ("valid_range", [0, 1, 2]), "fills": ("_FillValue", [1, 2]),
    "sign": ("_Unsigned", "perhaps"), "empty": ("missing_value", np.array([], "f8")),
}
for name, (attribute, value) in malformed.items():
    with h5py.File(folder / f"malformed_{name}.h5", "w") as f:
        f["layer1"], f["labels"] = stored.astype("i2"), labels
        f["layer1"].attrs[attribute] = value
with h5py.File(folder / "malformed_labels.h5", "w") as f:
    f["layer1"], f["labels"] = values, labels
    f["labels"].attrs["scale_factor"] = "half"
with h5py.File(folder / "malformed_aside.h5", "w") as f:  # nobody reads it
    f["layer1"], f["labels"], f["quality"] = values, labels, labels
    f["quality"].attrs["valid_range"] = "0 to 2"
