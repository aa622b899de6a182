package import Activations
internal import Platform

/// Writes one matrix as NumPy's `.npy`, version 1.0: row-major, little-endian, in its own precision.
package enum NumPyWriter {
  package static func write(
    _ matrix: ActivationMatrix, to path: String
  ) throws(ActivationFileError) {
    let type =
      switch matrix.values {
      case .float32: "<f4"
      case .float64: "<f8"
      }
    var header =
      "{'descr': '\(type)', 'fortran_order': False, "
      + "'shape': (\(matrix.sampleCount), \(matrix.featureCount)), }"
    // The values begin at a multiple of 64 bytes, after ten of signature, version and length.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    withUnsafeBytes(of: UInt16(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
    data.append(contentsOf: header.utf8)
    switch matrix.values {
    case .float32(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
    case .float64(let values): values.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    do {
      try data.write(to: URL(fileURLWithPath: path))
    } catch {
      throw ActivationFileError(
        file: path, "cannot be written: \(error.systemReason).")
    }
  }
}
