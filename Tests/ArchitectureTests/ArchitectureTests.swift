import Foundation
import Testing

/// The build does not hold the picture of the modules by itself; this does.
@Suite struct ArchitectureTests {
  /// What each module may import, besides the standard library's own modules.
  static let allowed: [String: Set<String>] = [
    "Activations": [],
    "Charts": [],
    "Confinement": ["CConfinement"],
    "ElementaryFunctions": [],
    "ActivationFiles": ["Activations", "CHDF5", "CZlib", "Platform"],
    "Platform": ["Foundation", "FoundationEssentials"],
    "YAML": ["CLibYAML"],
    "PairwiseDistances": ["Activations", "CDistanceKernels"],
    "Entanglement": ["Activations", "ElementaryFunctions", "PairwiseDistances"],
    "RegressionChecks": ["Activations", "ElementaryFunctions", "Entanglement"],
    "Training": ["Activations", "ElementaryFunctions", "Entanglement", "PairwiseDistances"],
    "Neighbors": ["Activations", "ElementaryFunctions", "PairwiseDistances"],
    "Reporting": [
      "Activations", "Charts", "ElementaryFunctions", "Entanglement",
      "Neighbors", "PairwiseDistances", "Platform", "RegressionChecks",
    ],
    "Analysis": [
      "ActivationFiles", "Activations", "Charts", "Entanglement",
      "Neighbors", "PairwiseDistances", "Platform", "RegressionChecks", "Reporting", "Training",
    ],
    "snn-analyze": [
      "ActivationFiles", "Activations", "Analysis", "ArgumentParser", "Charts",
      "Confinement", "Entanglement", "Neighbors", "PairwiseDistances", "Platform",
      "RegressionChecks", "Reporting", "Training", "YAML",
    ],
  ]
  static let everywhere: Set<String> = ["Synchronization", "Glibc", "Musl", "Darwin", "Swift"]

  static let sources = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Sources")

  static func files(of module: String) throws -> [URL] {
    let folder = sources.appendingPathComponent(module)
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { $0.pathExtension == "swift" }
  }

  @Test("Every module imports only what the picture allows", arguments: allowed.keys.sorted())
  func imports(module: String) throws {
    let permitted = try #require(Self.allowed[module]).union(Self.everywhere)
    let files = try Self.files(of: module)
    #expect(!files.isEmpty)
    for file in files {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        guard let keyword = words.firstIndex(of: "import"), keyword <= 2,
          words.count == keyword + 2
        else { continue }
        #expect(
          permitted.contains(words[keyword + 1]),
          "\(module)/\(file.lastPathComponent) imports \(words[keyword + 1])")
      }
    }
  }

  /// What is read through it has been looked at: whether it may come from where it does.
  @Test("Values of a dataset are asked for in one place")
  func oneGate() throws {
    for call in ["H5Dread(", "H5Dopen2("] {
      let files = try Self.files(of: "ActivationFiles").filter {
        try String(contentsOf: $0, encoding: .utf8).contains(call)
      }
      #expect(files.map(\.lastPathComponent) == ["HDF5Dataset.swift"], "\(call)")
    }
  }

  @Test("Every module of the package is in the picture")
  func modules() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    #expect(
      Set(folders).subtracting(Self.allowed.keys).isSubset(of: [
        "CHDF5", "CZlib", "CLibYAML", "CConfinement", "CDistanceKernels", "Python",
      ]))
  }
}
