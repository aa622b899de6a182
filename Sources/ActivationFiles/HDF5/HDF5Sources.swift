import CHDF5

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The other files and datasets that the values of an external or virtual dataset come from.
struct HDF5Sources {
  /// Files other than the dataset's own, and datasets whose values come from elsewhere again.
  private(set) var others: [String] = []
  /// Sources that are not there: the library would give fill values for them, without a word.
  private(set) var missing: [String] = []

  /// Mappings beyond this are not looked at, and the dataset is refused.
  private static let limit = 10_000

  init(of creation: hid_t, layout: StorageDescription.Layout, at place: HDF5Place) {
    switch layout {
    case .external: addExternal(creation, place)
    case .virtual: addVirtual(creation, place)
    default: break
    }
  }

  private mutating func addExternal(_ creation: hid_t, _ place: HDF5Place) {
    let count = max(0, min(Int(H5Pget_external_count(creation)), Self.limit))
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 4096)
      var offset: off_t = 0
      var size: hsize_t = 0
      guard H5Pget_external(creation, index, name.count - 1, &name, &offset, &size) >= 0 else {
        missing.append("a file of a damaged name")
        continue
      }
      let file = Self.text(name)
      if !others.contains(file) { others.append(file) }
      if place.followsOtherFiles, Self.found(file, beside: nil) == nil { missing.append(file) }
    }
  }

  private mutating func addVirtual(_ creation: hid_t, _ place: HDF5Place) {
    var count = 0
    guard H5Pget_virtual_count(creation, &count) >= 0, count <= Self.limit else {
      missing.append("more than \(Self.limit) sources")
      return
    }
    for index in 0..<count {
      let file = Self.text { H5Pget_virtual_filename(creation, index, $0, $1) }
      let dataset = Self.text { H5Pget_virtual_dsetname(creation, index, $0, $1) }
      guard let file, let dataset else {
        missing.append("a source of a damaged name")
        continue
      }
      if file == "." {
        add(dataset, of: place.file, named: dataset, place)
        continue
      }
      let name = "\(file):\(dataset)"
      if !others.contains(name) { others.append(name) }
      guard place.followsOtherFiles else { continue }
      guard let path = Self.found(file, beside: place.file) else {
        missing.append(name)
        continue
      }
      add(dataset, of: path, named: name, place)
    }
  }

  /// A source of a virtual dataset must be there, and hold its values itself.
  private mutating func add(
    _ dataset: String, of file: String, named name: String, _ place: HDF5Place
  ) {
    guard let opened = try? HDF5File(path: file, followsOtherFiles: false),
      let source = HDF5Dataset(named: dataset, in: opened.id, access: opened.datasetAccess)
    else {
      missing.append(name)
      return
    }
    switch source.storage(in: nil).layout {
    case .external, .virtual: others.append("\(name) (which is no dataset of its own values)")
    default: break
    }
  }

  /// The file as the library finds it: beside the one that names it, else from the working
  /// directory.
  private static func found(_ name: String, beside file: String?) -> String? {
    var candidates = [name]
    if let file, !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") {
      candidates.insert(file[...slash] + name, at: 0)
    }
    return candidates.first { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
  }

  private static func text(_ name: [CChar]) -> String {
    String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func text(
    _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) -> String? {
    let length = get(nil, 0)
    guard (0...65_536).contains(length) else { return nil }
    var name = [CChar](repeating: 0, count: length + 1)
    guard get(&name, name.count) == length else { return nil }
    return text(name)
  }
}
