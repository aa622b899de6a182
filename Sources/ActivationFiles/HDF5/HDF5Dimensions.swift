import CHDF5

/// The names of the axes of a file's datasets: dimension scales, as netCDF and `h5py` attach them,
/// and labels of dimensions.
///
/// A scale lists the datasets it is attached to and the axis in each (`REFERENCE_LIST`). That is an
/// array of fixed size, while the datasets' own `DIMENSION_LIST` is of variable length, the part of
/// the library that breaks on damaged files.
struct HDF5Dimensions {
  /// The places of datasets, by address.
  private var datasets: [UInt64: Int] = [:]
  private var attached: [(address: UInt64, axis: Int, name: String)] = []
  private var labels: [Int: [String?]] = [:]

  /// - Parameter index: the place that the dataset will have among those given to `named`.
  mutating func add(
    _ dataset: borrowing HDF5Dataset, address: UInt64, at index: Int, _ leaf: String?
  ) {
    datasets[address] = index
    let own = HDF5Text.attribute("DIMENSION_LABELS", of: dataset.id, variable: true)
    if let own, own.contains(where: { !$0.isEmpty }) {
      labels[index] = own.map { $0.isEmpty ? nil : $0 }
    }
    guard HDF5Text.attribute("CLASS", of: dataset.id, variable: false) == ["DIMENSION_SCALE"],
      let leaf
    else { return }
    let name = HDF5Text.attribute("NAME", of: dataset.id, variable: false)?.first ?? ""
    // netCDF names a dimension without a variable by a sentence.
    let isName = !name.isEmpty && !name.hasPrefix("This is a netCDF dimension")
    for reference in Self.references(of: dataset.id) {
      attached.append((reference.address, reference.axis, isName ? name : leaf))
    }
  }

  /// The datasets with the names of their axes.
  func named(_ described: [DatasetDescription]) -> [DatasetDescription] {
    guard !attached.isEmpty || !labels.isEmpty else { return described }
    var described = described
    for (index, names) in labels where described.indices.contains(index) {
      if names.count == described[index].array?.shape.count { described[index].dimensions = names }
    }
    for (address, axis, name) in attached {
      guard let index = datasets[address], described.indices.contains(index),
        let rank = described[index].array?.shape.count, (0..<rank).contains(axis)
      else { continue }
      if described[index].dimensions.isEmpty {
        described[index].dimensions = Array(repeating: nil, count: rank)
      }
      if described[index].dimensions[axis] == nil { described[index].dimensions[axis] = name }
    }
    return described
  }

  private struct Reference {
    var address: UInt64 = 0
    var axis: Int32 = 0
  }

  private static func references(of scale: hid_t) -> [(address: UInt64, axis: Int)] {
    let size = MemoryLayout<Reference>.stride
    let offset = MemoryLayout<Reference>.offset(of: \.axis)
    guard H5Aexists(scale, "REFERENCE_LIST") > 0, let offset,
      let attribute = HDF5Handle(
        H5Aopen(scale, "REFERENCE_LIST", chdf5_default()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose),
      H5Tget_class(type.id) == H5T_COMPOUND, H5Tget_nmembers(type.id) == 2,
      let first = HDF5Handle(H5Tget_member_type(type.id, 0), closedBy: H5Tclose),
      H5Tequal(first.id, chdf5_object_reference()) > 0,
      H5Tget_member_class(type.id, 1) == H5T_INTEGER,
      let names = memberNames(of: type.id),
      let wanted = HDF5Handle(H5Tcreate(H5T_COMPOUND, size), closedBy: H5Tclose),
      H5Tinsert(wanted.id, names[0], 0, chdf5_object_reference()) >= 0,
      H5Tinsert(wanted.id, names[1], offset, chdf5_native_int32()) >= 0
    else { return [] }
    let count = H5Sget_simple_extent_npoints(space.id)
    guard (1...1_000_000).contains(count) else { return [] }
    var references = Array(repeating: Reference(), count: Int(count))
    guard H5Aread(attribute.id, wanted.id, &references) >= 0 else { return [] }
    return references.map { ($0.address, Int($0.axis)) }
  }

  private static func memberNames(of type: hid_t) -> [String]? {
    let names = (0..<UInt32(2)).compactMap { index -> String? in
      guard let name = H5Tget_member_name(type, index) else { return nil }
      defer { H5free_memory(name) }
      return String(cString: name)
    }
    return names.count == 2 ? names : nil
  }
}
