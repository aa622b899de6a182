import CHDF5

extension HDF5Dataset {
  /// Where contiguous values begin in the file; nil if they are stored otherwise.
  var byteOffset: Int? {
    let offset = H5Dget_offset(id)
    return offset == chdf5_undefined_address() ? nil : Int(clamping: offset)
  }

  /// The bytes that all values take in the file.
  var storedByteSize: Int { Int(clamping: H5Dget_storage_size(id)) }

  /// Whether chunks at the edge go through the filters as all others do.
  var filtersEveryChunk: Bool {
    var options: UInt32 = 0
    return H5Pget_chunk_opts(creationID, &options) >= 0 && options == 0
  }

  /// The bytes of the value that elements have which were never written.
  var fillValue: [UInt8] {
    var value = [UInt8](repeating: 0, count: elementSize)
    var status = H5D_FILL_VALUE_ERROR
    guard H5Pfill_value_defined(creationID, &status) >= 0,
      status != H5D_FILL_VALUE_UNDEFINED, status != H5D_FILL_VALUE_ERROR,
      H5Pget_fill_value(creationID, typeID, &value) >= 0
    else { return [UInt8](repeating: 0, count: elementSize) }
    return value
  }

  /// The bytes a chunk is stored in, looked up as `readChunk` and `read` look it up (the calls that
  /// give more about a chunk walk the index in another way, and are wrong about some layouts).
  ///
  /// Nil where there is none or the library cannot say: whether it was never written or is lost in
  /// damage, only reading from it tells.
  func storedSize(ofChunkAt offset: [Int]) -> Int? {
    var size: hsize_t = 0
    guard H5Dget_chunk_storage_size(id, offset.map(hsize_t.init), &size) >= 0, size > 0 else {
      return nil
    }
    return Int(clamping: size)
  }

  /// Reads a chunk as it is stored; the mask of the filters that it did not go through.
  /// - Precondition: it went through filters, and the buffer has the size that `storedSize` has just
  ///   given. (Of chunks without filters, the oldest index stores a size that call does not know of.)
  func readChunk(at offset: [Int], into buffer: UnsafeMutableRawBufferPointer) -> UInt32? {
    var mask: UInt32 = 0
    guard
      H5Dread_chunk(
        id, chdf5_default(), offset.map(hsize_t.init), &mask, buffer.baseAddress) >= 0
    else { return nil }
    return mask
  }

  /// Reads a block through the library, in the type of the file; of texts of variable length, the
  /// fields that say where they are.
  func read(_ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard H5Tis_variable_str(typeID) <= 0 else {
      guard
        let fields = HDF5Handle(
          H5Tcreate(H5T_OPAQUE, VariableText.fieldSize), closedBy: H5Tclose)
      else { return false }
      return read(block, as: fields.id, into: buffer)
    }
    return read(block, as: typeID, into: buffer)
  }

  private func read(
    _ block: ArrayBlock, as type: hid_t, into buffer: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let extents = block.extents.map(hsize_t.init)
    guard
      let memory = HDF5Handle(
        H5Screate_simple(Int32(extents.count), extents, nil), closedBy: H5Sclose),
      let selected = HDF5Handle(H5Scopy(spaceID), closedBy: H5Sclose),
      H5Sselect_hyperslab(
        selected.id, H5S_SELECT_SET, block.start.map(hsize_t.init), nil, extents, nil) >= 0
    else { return false }
    return values.read(
      as: type, memory: memory.id, selected: selected.id, into: buffer.baseAddress) >= 0
  }

  /// Reads the only element of a scalar.
  func readScalar(into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    values.read(as: typeID, into: buffer.baseAddress) >= 0
  }

  /// Converts numbers of this dataset's type to native doubles, in place.
  func convertToDoubles(_ buffer: UnsafeMutableRawBufferPointer, count: Int) -> Bool {
    H5Tconvert(
      typeID, chdf5_native_double(), count, buffer.baseAddress, nil, chdf5_default()) >= 0
  }

  /// Why reading failed. A filter that is missing fails only where a chunk went through it.
  func failure(at site: DatasetSite) -> ActivationFileError {
    let detail = HDF5ErrorStack.current().detail
    if let filter = missingFilter {
      return .filterIsMissing(site, filter: filter.name, detail: detail)
    }
    return .cannotRead(site, detail: detail)
  }
}
