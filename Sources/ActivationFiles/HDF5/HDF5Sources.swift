import CHDF5

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where the values of a dataset come from, found out when it is opened and before anything of it
/// is read: the one gate to other files, whatever the dataset is for.
///
/// Values come from elsewhere by external storage, or by the mappings of a virtual dataset, whose
/// sources may be soft links, virtual again, or named by a pattern. A source that cannot be told for
/// sure is a fault, and a dataset with a fault is never read.
struct HDF5Sources {
  /// Files other than the dataset's own.
  private(set) var others: [String] = []
  /// Sources that are not there: the library would give fill values for them, without a word.
  private(set) var missing: [String] = []
  /// Sources that are there and do not give what is taken of them, each with the reason.
  private(set) var faults: [String] = []

  /// Sources beyond this, all together, are not looked at.
  private static let limit = 10_000
  /// Virtual datasets made of virtual ones.
  private static let depthLimit = 4

  /// What is left of the limits.
  struct Allowance {
    fileprivate var looks = HDF5Sources.limit
    fileprivate var depth = HDF5Sources.depthLimit
  }

  /// - Parameter dataset: an open dataset whose dataspace nobody has asked for: to tell that of a
  ///   virtual one, the library opens its sources.
  init(
    of dataset: hid_t, creation: hid_t, access: HDF5Access, allowance: inout Allowance
  ) {
    // The library goes by external storage whatever the layout is.
    if H5Pget_external_count(creation) > 0 {
      addExternal(dataset, creation, access)
    } else if H5Pget_layout(creation) == H5D_VIRTUAL {
      addVirtual(dataset, creation, access, &allowance)
    }
  }

  func mayBeRead(followingOtherFiles follows: Bool) -> Bool {
    missing.isEmpty && faults.isEmpty && (follows || others.isEmpty)
  }

  // MARK: External storage

  private mutating func addExternal(_ dataset: hid_t, _ creation: hid_t, _ access: HDF5Access) {
    let count = Int(H5Pget_external_count(creation))
    guard count <= Self.limit else { return addTooMany() }
    var left = access.followsOtherFiles ? Self.byteSize(of: dataset) ?? .max : 0
    for index in 0..<UInt32(count) {
      var name = [CChar](repeating: 0, count: 4096)
      var offset: off_t = 0
      var size: hsize_t = 0
      guard H5Pget_external(creation, index, name.count - 1, &name, &offset, &size) >= 0,
        let file = Self.text(name.prefix { $0 != 0 }), offset >= 0
      else {
        faults.append(Self.damagedName)
        continue
      }
      if !others.contains(file) { others.append(file) }
      guard access.followsOtherFiles else { continue }
      guard let found = Self.found(file, beside: nil) else {
        missing.append(file)
        continue
      }
      let wanted = min(left, Int(clamping: size))
      if wanted > max(0, found.byteSize - Int(offset)) {
        faults.append("\(file), which is shorter than what is taken of it")
      }
      left -= wanted
    }
    if left > 0 { faults.append("\(others.listed(limit: 3)), too short for its shape") }
  }

  // MARK: Virtual datasets

  private mutating func addVirtual(
    _ dataset: hid_t, _ creation: hid_t, _ access: HDF5Access, _ allowance: inout Allowance
  ) {
    var count = 0
    guard H5Pget_virtual_count(creation, &count) >= 0, count <= allowance.looks else {
      return addTooMany()
    }
    guard let own = HDF5Handle(H5Iget_file_id(dataset), closedBy: H5Fclose) else {
      return faults.append("a file that cannot be told")
    }
    var given = 0
    var isPattern = false
    for index in 0..<count {
      let file = Self.bytes { H5Pget_virtual_filename(creation, index, $0, $1) }
      let name = Self.bytes { H5Pget_virtual_dsetname(creation, index, $0, $1) }
      guard let file = file.flatMap(SourceName.init), let name = name.flatMap(SourceName.init),
        let selection = HDF5Handle(H5Pget_virtual_vspace(creation, index), closedBy: H5Sclose)
      else {
        faults.append(Self.damagedName)
        continue
      }
      let mapping = Mapping(
        file: file, name: name, source: H5Pget_virtual_srcspace(creation, index),
        count: H5Sget_select_npoints(selection.id))
      add(mapping, own.id, access, &allowance)
      isPattern = isPattern || mapping.isPattern || mapping.count < 0
      given = given.addingOrMax(max(0, Int(clamping: mapping.count)))
      _ = mapping.source.map(H5Sclose)
    }
    // Patterns and selections without end have as many values as their sources.
    guard !isPattern, others.isEmpty || access.followsOtherFiles,
      missing.isEmpty && faults.isEmpty, let wanted = Self.valueCount(of: dataset)
    else { return }
    if given < wanted { faults.append("sources that give only \(given) of its \(wanted) values") }
  }

  private struct Mapping {
    let file: SourceName
    let name: SourceName
    /// The selection of the source; nil if there is none that can be told.
    let source: hid_t?
    /// Values that are mapped; negative where there is no end of them.
    let count: hssize_t

    var isPattern: Bool { file.hasBlock || name.hasBlock }

    init(file: SourceName, name: SourceName, source: hid_t, count: hssize_t) {
      self.file = file
      self.name = name
      self.source = source >= 0 ? source : nil
      self.count = count
    }
  }

  /// Every source that the library would open for a mapping.
  private mutating func add(
    _ mapping: Mapping, _ own: hid_t, _ access: HDF5Access, _ allowance: inout Allowance
  ) {
    var block = 0
    repeat {
      allowance.looks -= 1
      guard allowance.looks >= 0 else { return addTooMany() }
      let (file, name) = (mapping.file.text(block: block), mapping.name.text(block: block))
      let isOwn = file == "."
      let title = isOwn ? name : "\(file):\(name)"
      if !isOwn, !others.contains(title) { others.append(title) }
      // One block stands for all of a pattern that is not followed.
      guard isOwn || access.followsOtherFiles else { return }
      if isOwn {
        guard add(name, in: own, title, mapping, access, block: block, &allowance) else { return }
      } else {
        guard let found = Self.found(file, beside: Self.path(of: own)) else {
          if block == 0 { missing.append(title) }
          return
        }
        let opened = HDF5Handle(
          H5Fopen(found.path, chdf5_file_read_only(), chdf5_default()), closedBy: H5Fclose)
        guard let opened else { return faults.append("\(title), which cannot be opened") }
        guard add(name, in: opened.id, title, mapping, access, block: block, &allowance) else {
          return
        }
      }
      block += 1
    } while mapping.isPattern
  }

  /// Whether there is such a source, so that a pattern goes on.
  private mutating func add(
    _ name: String, in file: hid_t, _ title: String, _ mapping: Mapping, _ access: HDF5Access,
    block: Int, _ allowance: inout Allowance
  ) -> Bool {
    // External links are refused on the way, even where other files are allowed: of them the library
    // would ask nobody.
    guard let inner = HDF5Access(followsOtherFiles: access.followsOtherFiles, refusesLinks: true),
      allowance.depth > 0
    else {
      faults.append("\(title), which is virtual more than \(Self.depthLimit) times over")
      return false
    }
    allowance.depth -= 1
    defer { allowance.depth += 1 }
    guard let source = HDF5Dataset(named: name, in: file, access: inner, allowance: &allowance)
    else {
      let isThere = !Self.isAbsent(name, in: file, inner)
      if isThere {
        faults.append("\(title), which cannot be opened")
      } else if block == 0 {
        missing.append(title)
      }
      return isThere
    }
    for other in source.sources.others where !others.contains(other) { others.append(other) }
    missing += source.sources.missing
    faults += source.sources.faults
    guard source.sources.mayBeRead(followingOtherFiles: access.followsOtherFiles) else {
      return true
    }
    if !source.storage.isWritten {
      faults.append("\(title), which was never written")
    } else if !source.isPlausible {
      faults.append("\(title), which claims more than its file can hold")
    } else if !mapping.isPattern, !source.holds(mapping.source, count: mapping.count) {
      faults.append("\(title), which is shorter than what is taken of it")
    }
    return true
  }

  /// Whether it is sure that nothing is at a path, rather than something that cannot be opened.
  private static func isAbsent(_ name: String, in file: hid_t, _ access: HDF5Access) -> Bool {
    var path = ""
    for part in name.split(separator: "/") {
      path += "/" + part
      let exists = H5Lexists(file, path, access.id)
      if exists <= 0 { return exists == 0 }
    }
    return false
  }

  private mutating func addTooMany() { faults.append("more than \(Self.limit) sources") }
  private static let damagedName = "a source whose name is damaged"
}

// MARK: What a dataset or file says of itself

extension HDF5Dataset {
  /// Whether a selection of a source, of so many values, lies within this dataset.
  fileprivate func holds(_ selection: hid_t?, count: hssize_t) -> Bool {
    guard let selection, let shape else { return false }
    if H5Sget_select_type(selection) == H5S_SEL_ALL {
      let total = shape.reduce(into: 1) { $0 = $0.multipliedOrMax(by: $1) }
      return count < 0 || Int(clamping: count) <= total
    }
    // Without end, it takes what there is.
    guard count >= 0 else { return true }
    var (start, end) = (shape.map { _ in hsize_t(0) }, shape.map { _ in hsize_t(0) })
    guard Int(H5Sget_simple_extent_ndims(selection)) == shape.count,
      H5Sget_select_bounds(selection, &start, &end) >= 0
    else { return true }
    return zip(end, shape).allSatisfy { $0 < hsize_t($1) }
  }
}

extension HDF5Sources {
  private static func valueCount(of dataset: hid_t) -> Int? {
    guard let space = HDF5Handle(H5Dget_space(dataset), closedBy: H5Sclose) else { return nil }
    let count = H5Sget_simple_extent_npoints(space.id)
    return count >= 0 ? Int(clamping: count) : nil
  }

  private static func byteSize(of dataset: hid_t) -> Int? {
    guard let count = valueCount(of: dataset),
      let type = HDF5Handle(H5Dget_type(dataset), closedBy: H5Tclose)
    else { return nil }
    return count.multipliedOrMax(by: Int(clamping: H5Tget_size(type.id)))
  }

  private static func path(of file: hid_t) -> String? {
    bytes { H5Fget_name(file, $0, $1) }.flatMap(text)
  }

  /// The file as the library finds it: beside the one that names it, else from the working
  /// directory.
  private static func found(
    _ name: String, beside file: String?
  ) -> (path: String, byteSize: Int)? {
    var candidates = [name]
    if let file, !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") {
      candidates.insert(file[...slash] + name, at: 0)
    }
    for path in candidates {
      var status = stat()
      if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
        return (path, Int(status.st_size))
      }
    }
    return nil
  }

  /// Nil for what is no UTF-8: another name would be looked at than the library opens.
  fileprivate static func text(_ name: some Collection<CChar>) -> String? {
    let bytes = name.map { UInt8(bitPattern: $0) }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.utf8.elementsEqual(bytes) ? text : nil
  }

  private static func bytes(
    _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) -> [CChar]? {
    let length = get(nil, 0)
    guard (0...65_536).contains(length) else { return nil }
    var name = [CChar](repeating: 0, count: length + 1)
    guard get(&name, name.count) == length else { return nil }
    return Array(name.prefix { $0 != 0 })
  }
}

/// The name of a source as the library understands it: `%b` stands for the number of a block, `%%`
/// for a percent sign, and nothing else may follow one.
private struct SourceName {
  /// What stands between the numbers.
  private let parts: [String]

  var hasBlock: Bool { parts.count > 1 }

  init?(_ name: [CChar]) {
    guard let text = HDF5Sources.text(name) else { return nil }
    var parts = [""]
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        parts[parts.count - 1].unicodeScalars.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "b": parts.append("")
      case "%": parts[parts.count - 1] += "%"
      default: return nil
      }
    }
    self.parts = parts
  }

  func text(block: Int) -> String { parts.joined(separator: "\(block)") }
}
