/// The format of LibLZF, h5py's own compression: https://oldhome.schmorp.de/marc/liblzf.html
///
/// A stream of instructions. A first byte below 32 is followed by one more literal byte than it
/// says. Else its upper three bits are a length (7: the next byte adds to it) and its lower five,
/// with the byte behind, a distance: copy length + 2 bytes from distance + 1 before the end of
/// what was written.
enum LZF {
  /// The number of bytes written; nil if the input is damaged or needs more than the output holds.
  static func decompress(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var source = 0
    var target = 0
    while source < input.count {
      let control = Int(input[source])
      source += 1
      if control < 32 {
        let length = control + 1
        guard source + length <= input.count, target + length <= output.count else { return nil }
        for index in 0..<length { output[target + index] = input[source + index] }
        source += length
        target += length
        continue
      }
      var length = control >> 5
      if length == 7 {
        guard source < input.count else { return nil }
        length += Int(input[source])
        source += 1
      }
      length += 2
      guard source < input.count else { return nil }
      let start = target - ((control & 0x1F) << 8 | Int(input[source])) - 1
      source += 1
      guard start >= 0, target + length <= output.count else { return nil }
      // One by one: a run may overlap what it writes.
      for index in 0..<length { output[target + index] = output[start + index] }
      target += length
    }
    return target
  }
}
