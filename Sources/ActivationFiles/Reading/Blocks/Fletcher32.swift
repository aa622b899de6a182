/// The checksum of HDF5's filter `fletcher32`, over big-endian pairs of bytes.
enum Fletcher32 {
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var first: UInt32 = 0
    var second: UInt32 = 0
    func fold(_ sum: UInt32) -> UInt32 { sum & 0xFFFF + sum >> 16 }
    var pair = 0
    let pairs = bytes.count / 2
    while pair < pairs {
      // As many pairs as the sums hold without overflow.
      let end = min(pair + 360, pairs)
      while pair < end {
        first &+= UInt32(bytes[2 * pair]) << 8 | UInt32(bytes[2 * pair + 1])
        second &+= first
        pair += 1
      }
      first = fold(first)
      second = fold(second)
    }
    if bytes.count % 2 == 1, let last = bytes.last {
      first = fold(first &+ UInt32(last) << 8)
      second = fold(second &+ first)
    }
    return fold(second) << 16 | fold(first)
  }
}
