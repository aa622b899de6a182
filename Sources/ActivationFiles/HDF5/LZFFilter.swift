import CHDF5

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The filter lzf for what the library reads itself (labels of variable length and the like):
/// decompression only, no file is written here.
enum LZFFilter {
  /// Whether the library has the filter, its own or this.
  static func register() -> Bool {
    guard H5Zfilter_avail(number) <= 0 else { return true }
    // The library keeps the name's address, so it is never freed.
    let name = strdup("lzf")
    var filter = H5Z_class2_t()
    filter.version = H5Z_CLASS_T_VERS
    filter.id = number
    filter.encoder_present = 0
    filter.decoder_present = 1
    filter.name = UnsafePointer(name)
    filter.filter = { flags, valueCount, values, byteCount, bufferSize, buffer in
      guard flags & chdf5_reverse_filter() != 0, let buffer, let stored = buffer.pointee,
        let bufferSize
      else { return 0 }
      // h5py stores the chunk's size as the third parameter; without it, room is found by trying.
      let stated = valueCount > 2 ? Int(values?[2] ?? 0) : 0
      var capacity = stated > 0 ? stated : max(byteCount, 4096) * 8
      let limit = max(capacity, byteCount * 512)
      while capacity <= limit, let output = malloc(capacity) {
        let made = LZF.decompress(
          UnsafeRawBufferPointer(start: stored, count: byteCount),
          into: UnsafeMutableRawBufferPointer(start: output, count: capacity))
        if let made {
          free(stored)
          buffer.pointee = output
          bufferSize.pointee = capacity
          return made
        }
        free(output)
        capacity *= 8
      }
      return 0
    }
    return H5Zregister(&filter) >= 0
  }

  private static let number = H5Z_filter_t(32_000)
}
