// Every sentence about opening and reading a file.
extension ActivationFileError {
  static func noSuchFile(_ file: String) -> Self {
    Self(file: file, "there is no such file. Check the path.")
  }

  static func isDirectory(_ file: String) -> Self {
    Self(file: file, "this is a directory. Give the HDF5 files in it, such as \(file)/*.h5.")
  }

  static func folderHoldsNoData(_ folder: String, _ extensions: [String]) -> Self {
    Self(
      file: folder,
      "this folder holds no file that is read: \(extensions.map { "." + $0 }.listed()). Give the "
        + "files themselves if they are called otherwise.")
  }

  static func patternMatchesNoFile(_ pattern: String) -> Self {
    Self(file: pattern, "this pattern matches no file. Check the path.")
  }

  static func isNoRegularFile(_ file: String) -> Self {
    Self(file: file, "this is not a regular file. Copy its content to one.")
  }

  static func noPermission(_ file: String) -> Self {
    Self(file: file, "no permission to read this file. Ask its owner, or chmod +r it.")
  }

  static func cannotOpen(_ file: String, reason: String) -> Self {
    Self(file: file, "this file cannot be opened: \(reason).")
  }

  static func isEmpty(_ file: String) -> Self {
    Self(
      file: file, "this file is empty, not an HDF5 file. Was the export interrupted? Run it again.")
  }

  static func isNotHDF5(_ file: String) -> Self {
    Self(
      file: file,
      "this is not an HDF5 file: it lacks the signature. Give a file written by h5py or another "
        + "HDF5 library.")
  }

  static func isForeign(_ file: String, _ format: ForeignFormat) -> Self {
    Self(file: file, format.sentence)
  }

  static func isZarr(_ folder: String) -> Self {
    Self(
      file: folder,
      "this is a Zarr store. Copy its arrays to HDF5, as with h5py: f.create_dataset(name, "
        + "data=zarr.open('\(folder)')[name][:]).")
  }

  static func isTruncated(_ file: String, detail: String?) -> Self {
    Self(
      file: file,
      "this file is truncated: it is shorter than its header says. Copy or export it again.",
      detail: detail)
  }

  static func isOpenForWriting(_ file: String, detail: String?) -> Self {
    Self(
      file: file,
      "another program has this file open for writing. Wait until it has closed the file.",
      detail: detail)
  }

  static func wasLeftOpenForWriting(_ file: String, detail: String?) -> Self {
    Self(
      file: file,
      "this file is marked as open for writing: a program still writes to it, or ended without "
        + "closing it. If none does, copy the file and run h5clear -s on the copy.",
      detail: detail)
  }

  static func isOfNewerVersion(_ file: String, detail: String?) -> Self {
    Self(
      file: file,
      "this file \(HDF5Library.remedyForNewerFormat), or convert it with the writer's own h5repack.",
      detail: detail)
  }

  static func isDamagedArray(_ file: String) -> Self {
    Self(
      file: file,
      "this NumPy array has a damaged header or is cut off. Save it again with numpy.save.")
  }

  static func isDamagedArchive(_ file: String) -> Self {
    Self(
      file: file,
      "this zip archive is damaged or cut off. Save it again with numpy.savez.")
  }

  static func isDamagedSafetensors(_ file: String, _ reason: String) -> Self {
    Self(
      file: file,
      "this file of safetensors is damaged or cut off: \(reason). Save it again with "
        + "safetensors' save_file.")
  }

  static func membersOverlap(_ file: String, _ first: String, _ second: String) -> Self {
    Self(
      file: file,
      "\(first.shortened) and \(second.shortened) share bytes of this zip archive: it is damaged. "
        + "Save it again with numpy.savez.")
  }

  static func isTorchFile(_ file: String) -> Self {
    Self(
      file: file,
      "this is a file of torch.save, which only Python reads. Save tensors with "
        + "numpy.savez(path, **{name: tensor.numpy()}) or with h5py.")
  }

  static func isZipFile(_ file: String) -> Self {
    Self(
      file: file,
      "this is a zip archive without NumPy arrays. Unpack it with unzip, and give the HDF5, .npy or "
        + ".npz files in it.")
  }

  static func isOfOtherFormat(_ file: String, format: String, known: String) -> Self {
    Self(
      file: file,
      "this file says that its format is \(format), and this version reads \(known). Use a newer "
        + "snn-analyze, or write the file anew.")
  }

  static func isMemberOfFamily(_ file: String, detail: String?) -> Self {
    Self(
      file: file,
      "this file is one part of several (an HDF5 file family or split file). Join the parts into "
        + "one file with h5repart or h5repack.",
      detail: detail)
  }

  static func isDamaged(_ file: String, detail: String?) -> Self {
    Self(
      file: file, "this HDF5 file is damaged and cannot be opened. Copy or export it again.",
      detail: detail)
  }

  static func holdsTooMuch(_ file: String, limit: Int) -> Self {
    Self(
      file: file,
      "this file holds more than \(limit) objects. Store layers as few large datasets, samples as "
        + "rows.")
  }

  static func isNestedTooDeep(_ file: String, limit: Int) -> Self {
    Self(
      file: file,
      "this file holds groups nested more than \(limit) deep. Store layers nearer to the root.")
  }

  static func groupIsDamaged(_ file: String, path: String, detail: String?) -> Self {
    Self(
      file: file,
      "\(path) cannot be listed: the file is damaged. Copy or export it again.", detail: detail)
  }

  static func noSuchDataset(_ file: String, path: String) -> Self {
    Self(file: file, "there is no dataset \(path). snn-analyze inspect lists what there is.")
  }

  static func hasChangedWhileRead(_ file: String) -> Self {
    Self(
      file: file,
      "this file was changed or replaced while it was read, so its numbers may not belong together. "
        + "Wait until its writer has finished, then run this again.")
  }

  static func hasChanged(_ file: String, path: String) -> Self {
    Self(
      file: file,
      "\(path) is not what it was when the file was first looked at. Is a program still writing "
        + "to it? Wait until it has finished.")
  }

  static func filterIsMissing(_ site: DatasetSite, filter: String, detail: String?) -> Self {
    Self(
      file: site.file,
      "\(site.path) is compressed with the filter \(filter), which this HDF5 library lacks. "
        + "Rewrite the file where the filter is installed, with h5repack -f GZIP=4 in.h5 out.h5, "
        + "or name the folder of its plugin with --plugins or HDF5_PLUGIN_PATH (pip install "
        + "hdf5plugin, then hdf5plugin.PLUGIN_PATH in Python).",
      detail: detail)
  }

  static func isNoFolderOfPlugins(_ folder: String) -> Self {
    Self(file: folder, "--plugins: there is no such folder. Give that of hdf5plugin.PLUGIN_PATH.")
  }

  static func cannotRead(_ site: DatasetSite, detail: String?) -> Self {
    Self(
      file: site.file,
      "\(site.path) cannot be read: its data is damaged or cut off. Copy or export the file "
        + "again, \(site.remedy).",
      detail: detail)
  }
}

extension String {
  /// The beginning of a name that may be of any length.
  var shortened: String { count > 80 ? prefix(80) + "…" : self }
}
