import CHDF5
import Platform
import Synchronization

/// Where the library looks for filters that it was not built with: blosc, zstd, lz4, bitshuffle. Such a
/// plugin is code that runs in this process, so none is looked for where nobody named a folder.
enum HDF5Plugins {
  private static let used = Mutex<Set<String>>([])

  /// Without a folder in the environment the library would search one of the system.
  static func searchNowhereUnlessTold() {
    let named = ProcessInfo.processInfo.environment["HDF5_PLUGIN_PATH"] ?? ""
    if named.isEmpty { H5PLset_loading_state(0) }
  }

  /// Has the library search a folder before any other.
  static func use(_ folder: String) throws(ActivationFileError) {
    guard used.withLock({ $0.insert(folder).inserted }) else { return }
    guard FileSystem.isFolder(folder) else { throw .isNoFolderOfPlugins(folder) }
    try HDF5Library.exclusively(reading: folder) { () throws(ActivationFileError) in
      guard H5PLset_loading_state(UInt32(H5PL_ALL_PLUGIN)) >= 0, H5PLprepend(folder) >= 0 else {
        throw .isNoFolderOfPlugins(folder)
      }
    }
  }
}
