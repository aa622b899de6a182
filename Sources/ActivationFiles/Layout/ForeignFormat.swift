/// A format that is not read, known by the first bytes of a file: what it is, and what to do about it.
package struct ForeignFormat: Sendable, Equatable {
  /// `a Git LFS pointer, not the file itself`.
  package let name: String
  /// A sentence.
  package let cure: String

  /// The rest of a message about the file.
  package var sentence: String { "this is \(name). \(cure)" }

  /// - Parameters:
  ///   - bytes: The first 512 of the file, or all of a shorter one.
  ///   - isText: Whether it is text, so that only what stands in for a file is known.
  /// - Returns: nil for what is not known.
  package init?(bytes: some Collection<UInt8>, isText: Bool = false) {
    let bytes = Array(bytes.prefix(512))
    let signatures = Self.textSignatures + (isText ? [] : Self.signatures)
    let known = signatures.first { signature in
      bytes.dropFirst(signature.offset).starts(with: signature.bytes)
    }
    guard let known else { return nil }
    self = known.format
  }

  /// By the first bytes of a file; nil if it cannot be read, too.
  package init?(ofFile path: String) {
    do {
      let file = try ReadableFile(path: path)
      self.init(bytes: file.bytes(at: 0, count: 512))
    } catch {
      return nil
    }
  }

  private init(_ name: String, _ cure: String) {
    self.name = name
    self.cure = cure
  }

  private struct Signature {
    let bytes: [UInt8]
    let offset: Int
    let format: ForeignFormat

    init(_ text: String, at offset: Int = 0, _ name: String, _ cure: String) {
      self.init(Array(text.utf8), at: offset, name, cure)
    }

    init(_ bytes: [UInt8], at offset: Int = 0, _ name: String, _ cure: String) {
      self.bytes = bytes
      self.offset = offset
      format = ForeignFormat(name, cure)
    }
  }

  private static let arrays =
    "Write its arrays with h5py or numpy.savez, as in f.create_dataset(name, data=array)."
  private static let columns =
    "Write its columns with h5py, as in f.create_dataset(name, data=table[name].to_numpy()), or with "
    + "numpy.savez."

  /// Of files that are text.
  private static let textSignatures: [Signature] = [
    Signature(
      "version https://git-lfs.github.com/spec/",
      "a Git LFS pointer, which stands in for a file that was not fetched",
      "Fetch it with git lfs pull."),
    Signature(
      "/annex/objects/", "a git-annex pointer, which stands in for a file that was not fetched",
      "Fetch it with git annex get."),
    Signature("<!DOCTYPE", "a web page, perhaps that of a download", "Fetch the file itself."),
    Signature("<!doctype", "a web page, perhaps that of a download", "Fetch the file itself."),
    Signature("<html", "a web page, perhaps that of a download", "Fetch the file itself."),
  ]

  /// Of files that are none.
  private static let signatures: [Signature] = [
    Signature(
      "MATLAB 5.0 MAT-file", "a MATLAB file of the default format, which is no HDF5",
      "Save it with save('file.mat', …, '-v7.3')."),
    Signature(
      Array("CDF".utf8) + [1], "a netCDF-3 file (classic), which is no HDF5", Self.netCDF),
    Signature(
      Array("CDF".utf8) + [2], "a netCDF-3 file (64-bit offset), which is no HDF5", Self.netCDF),
    Signature(
      Array("CDF".utf8) + [5], "a netCDF file of format CDF-5, which is no HDF5", Self.netCDF),
    Signature([0x1F, 0x8B], "compressed with gzip as a whole", "Unpack it with gunzip."),
    Signature("BZh", "compressed with bzip2 as a whole", "Unpack it with bunzip2."),
    Signature(
      [0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz as a whole", "Unpack it with unxz."),
    Signature(
      [0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd as a whole", "Unpack it with unzstd."),
    Signature([0x04, 0x22, 0x4D, 0x18], "compressed with lz4 as a whole", "Unpack it with unlz4."),
    Signature("PAR1", "a Parquet file", columns),
    Signature("ARROW1", "an Arrow (Feather) file", columns),
    Signature("FEA1", "a Feather file", columns),
    Signature([0xFF, 0xFF, 0xFF, 0xFF], "an Arrow stream", columns),
    Signature("SQLite format 3", "an SQLite database", columns),
    Signature("GGUF", "a GGUF file of network weights", arrays),
    Signature("ustar", at: 257, "a tar archive", "Unpack it with tar -xf."),
    Signature([0x0E, 0x03, 0x13, 0x01], "an HDF4 file", "Convert it with h4toh5."),
    Signature([0x80, 0x02], "a Python pickle", arrays),
    Signature([0x80, 0x03], "a Python pickle", arrays),
    Signature([0x80, 0x04], "a Python pickle", arrays),
    Signature([0x80, 0x05], "a Python pickle", arrays),
  ]

  private static let netCDF =
    "Convert it with nccopy -k nc4 in.nc out.nc, or write it with to_netcdf(path, format='NETCDF4')."
}
