import CHDF5

extension HDF5File {
  /// The number of a name that goes with a dataset: an attribute of it, or of a group it is in, or a
  /// single value stored in such a group. The nearest counts. nil if there is none.
  func number(_ name: String, besides datasetPath: String) -> Double? {
    var components = datasetPath.split(separator: "/").map(String.init)
    while true {
      if let found = number(name, at: "/" + components.joined(separator: "/")) { return found }
      guard components.popLast() != nil else { return nil }
    }
  }

  private func number(_ name: String, at path: String) -> Double? {
    guard let object = HDF5Handle(H5Oopen(id, path, datasetAccess.id), closedBy: H5Oclose) else {
      return nil
    }
    if let number = Self.attribute(name, of: object.id) { return number }
    guard H5Iget_type(object.id) == H5I_GROUP,
      H5Lexists(object.id, name, chdf5_default()) > 0,
      let dataset = HDF5Dataset(named: name, in: object.id, access: datasetAccess)
    else { return nil }
    return dataset.singleNumber
  }

  /// The attributes of an object that are one finite floating-point number, in order of their names.
  func floatingAttributes(of path: String) -> [(name: String, value: Double)] {
    guard let object = HDF5Handle(H5Oopen(id, path, datasetAccess.id), closedBy: H5Oclose) else {
      return []
    }
    let count = min(max(Int(H5Aget_num_attrs(object.id)), 0), Self.mostAttributes)
    return (0..<count).compactMap { place in
      guard
        let attribute = HDF5Handle(
          H5Aopen_by_idx(
            object.id, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(place), chdf5_default(),
            chdf5_default()), closedBy: H5Aclose),
        let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
        let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose),
        H5Tget_class(type.id) == H5T_FLOAT, H5Sget_simple_extent_npoints(space.id) == 1
      else { return nil }
      var name = [CChar](repeating: 0, count: 256)
      let length = H5Aget_name(attribute.id, name.count, &name)
      var value = 0.0
      guard (1..<name.count).contains(length),
        H5Aread(attribute.id, chdf5_native_double(), &value) >= 0, value.isFinite
      else { return nil }
      let bytes = name.prefix(length).map { UInt8(bitPattern: $0) }
      return (name: String(decoding: bytes, as: UTF8.self), value: value)
    }
  }

  private static let mostAttributes = 200

  /// The value of a single number; nil if there is none.
  private static func attribute(_ name: String, of object: hid_t) -> Double? {
    guard H5Aexists(object, name) > 0,
      let attribute = HDF5Handle(H5Aopen(object, name, chdf5_default()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose),
      [H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(type.id)),
      H5Sget_simple_extent_npoints(space.id) == 1
    else { return nil }
    var value = 0.0
    return H5Aread(attribute.id, chdf5_native_double(), &value) >= 0 ? value : nil
  }
}

extension HDF5Dataset {
  /// The value of a single number, stored in one piece; nil if it is none.
  fileprivate var singleNumber: Double? {
    guard [H5T_INTEGER, H5T_FLOAT].contains(H5Tget_class(typeID)), shape == [] || shape == [1],
      storage.layout == .contiguous || storage.layout == .compact
    else { return nil }
    var value = 0.0
    return values.read(as: chdf5_native_double(), into: &value) >= 0 ? value : nil
  }
}
