import ActivationFiles
import Activations
import Foundation
import Testing

@Suite("Files of formats that are not read") struct ForeignFormatTests {
  @Test(
    "Each is named with its cure",
    arguments: [
      (
        "a.h5", Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8),
        "git lfs pull"
      ),
      ("b.h5", Array("/annex/objects/SHA256E-s1".utf8), "git annex get"),
      ("c.mat", Array("MATLAB 5.0 MAT-file, Platform".utf8), "'-v7.3'"),
      ("d.nc", Array("CDF".utf8) + [1, 0], "nccopy -k nc4"),
      ("e.nc", Array("CDF".utf8) + [2, 0], "NETCDF4"),
      ("f.h5.gz", [0x1F, 0x8B, 8, 0], "gunzip"),
      ("g.h5", Array("BZh9".utf8), "bunzip2"),
      ("h.parquet", Array("PAR1".utf8), "Parquet"),
      ("i.arrow", Array("ARROW1".utf8), "Arrow"),
      ("j.pkl", [0x80, 4, 0x95], "pickle"),
      ("k.tar", Array(repeating: 0x61, count: 257) + Array("ustar".utf8), "tar -xf"),
      ("l.h5", Array("<!DOCTYPE html>".utf8), "web page"),
      ("m.h5", [0x28, 0xB5, 0x2F, 0xFD], "unzstd"),
      ("n.npy", Array("version https://git-lfs.github.com/spec/v1".utf8), "git lfs pull"),
    ] as [(String, [UInt8], String)])
  func named(_ name: String, _ bytes: [UInt8], _ cure: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      try Data(bytes + Array(repeating: 0x20, count: 600)).write(to: URL(fileURLWithPath: path))
      let refusal = message { _ = try ActivationCollection(paths: [path]) }
      #expect(refusal.hasPrefix("this is "), "\(refusal)")
      #expect(refusal.contains(cure), "\(refusal)")
    }
  }

  @Test("A pointer in place of labels is named, and a label that begins like a format is a label")
  func labels() throws {
    try withTemporaryFolder { folder in
      let layers = fixture("labels/int8.h5")
      for name in ["labels.csv", "labels.txt", "labels.npy"] {
        let pointer = "version https://git-lfs.github.com/spec/v1\nsize 12\n"
        try Data(pointer.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        let file = try ActivationCollection(
          paths: [layers], options: options { $0.labels = ["\(folder)/\(name)"] })
        let refusal = message { _ = try file.labels(of: file.checkpoints[0]) }
        #expect(refusal.contains("git lfs pull"), "\(refusal)")
      }
      let text = "BZhang\nPAR1\nBZhang\nPAR1\nBZhang\nPAR1\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
      let file = try ActivationCollection(
        paths: [layers], options: options { $0.labels = ["\(folder)/names.txt"] })
      #expect(try file.labels(of: file.checkpoints[0]).names == ["BZhang", "PAR1"])
    }
  }

  @Test("A Zarr store is named as one")
  func zarr() throws {
    try withTemporaryFolder { folder in
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/.zgroup"))
      #expect(message { _ = try ActivationCollection(paths: [folder]) }.contains("Zarr store"))
    }
  }
}
