import CHDF5

/// A dataset that stays open while several threads read it. Every call into the library takes its
/// turn and is armed against a crash.
///
/// Unchecked, because what it holds is touched inside of `HDF5Library.exclusively` alone.
final class SharedDataset: @unchecked Sendable {
  let site: DatasetSite
  private var file: HDF5File?
  private var dataset: HDF5Dataset?

  init(
    _ array: StoredArray, path: String, site: DatasetSite
  ) throws(ActivationFileError) {
    self.site = site
    try HDF5Library.exclusively(reading: site.file) { () throws(ActivationFileError) in
      let file = try HDF5File(path: site.file, followsOtherFiles: array.followsOtherFiles)
      guard let dataset = HDF5Dataset(named: path, in: file.id, access: file.datasetAccess) else {
        throw .cannotRead(site, detail: HDF5ErrorStack.current().detail)
      }
      guard dataset.shape == array.extents, dataset.elementSize == array.elementSize else {
        throw .hasChanged(site.file, path: site.path)
      }
      try dataset.storage.requireSources(followingOtherFiles: array.followsOtherFiles, at: site)
      self.file = consume file
      self.dataset = consume dataset
    }
  }

  /// Runs `body` with the dataset while no other thread is inside of the library.
  func exclusively<Result>(
    _ body: (borrowing HDF5Dataset) throws(ActivationFileError) -> Result
  ) throws(ActivationFileError) -> Result {
    try HDF5Library.exclusively(reading: site.file) { () throws(ActivationFileError) in
      switch dataset {
      case .some(let dataset): return try body(dataset)
      case .none: preconditionFailure("\(site.path) was closed")
      }
    }
  }

  /// Gives the ids back; nothing can be read afterwards.
  func close() {
    HDF5Library.exclusively(reading: site.file) {
      dataset = nil
      file = nil
    }
  }
}
