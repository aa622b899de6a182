import Analysis
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct OutputFolderTests {
  private let place: TemporaryFolder
  private let path: String
  private let files = [
    ReportFile(name: "report.txt", contents: "new text"),
    ReportFile(name: "report.json", contents: "new data"),
  ]

  private func text(_ name: String) throws -> String {
    String(decoding: try place.contents(name), as: UTF8.self)
  }

  init() throws {
    place = try TemporaryFolder()
    path = place.path("out")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  private func message(_ body: () throws -> Void) throws -> String {
    let error = try #require(throws: AnalysisError.self, performing: body)
    return error.message
  }

  @Test("A second run into a folder is refused for as long as there is a first one")
  func oneAtATime() throws {
    do {
      let first = try OutputFolder(path: path)
      #expect(
        try message { _ = try OutputFolder(path: path) }
          == "\(path): another run writes there. Wait "
          + "for its end, or choose another folder with --output.")
      try first.write(files)
      first.finish()
    }
    try OutputFolder(path: path).finish()
    #expect(try names == ["report.json", "report.txt"])
  }

  @Test("What killed runs staged is taken away, and of a link only the link")
  func leftovers() throws {
    let other = place.path("other")
    for folder in [other, path + "/.snn-analyze-1234", path + "/.snn-analyze-abcdef"] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: folder + "/report.json"))
    }
    try FileManager.default.createSymbolicLink(
      atPath: path + "/.snn-analyze-77", withDestinationPath: other)
    try OutputFolder(path: path).finish()
    #expect(try names.isEmpty)
    #expect(try text("other/report.json") == "precious")
  }

  @Test("Files are staged under a name that cannot be foreseen, for nobody else")
  func staging() throws {
    var seen: Set<String> = []
    for _ in 0..<4 {
      var place: String?
      let folder = try OutputFolder(path: path) { place = $0 }
      let staging = try #require(place)
      seen.insert(staging)
      let attributes = try FileManager.default.attributesOfItem(atPath: staging)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      folder.finish()
      #expect(place == nil)
    }
    #expect(seen.count == 4)
  }

  @Test("A folder in the place of a file is found before any file is replaced")
  func places() throws {
    try Data("old text".utf8).write(to: URL(fileURLWithPath: path + "/report.txt"))
    try FileManager.default.createDirectory(
      atPath: path + "/report.json", withIntermediateDirectories: false)
    let folder = try OutputFolder(path: path)
    defer { folder.finish() }
    #expect(
      try message { try folder.write(files) } == "\(path)/report.json: cannot be written: a folder "
        + "has that name. The files of an earlier run are untouched.")
    #expect(try text("out/report.txt") == "old text")
  }

  @Test("A file that is a link is replaced, and what it points to is not written")
  func links() throws {
    try Data("precious".utf8).write(to: URL(fileURLWithPath: place.path("far")))
    try FileManager.default.createSymbolicLink(
      atPath: path + "/report.json", withDestinationPath: place.path("far"))
    let folder = try OutputFolder(path: path)
    try folder.write(files)
    folder.finish()
    #expect(try text("out/report.json") == "new data")
    #expect(try text("far") == "precious")
  }

  @Test("A folder without a name is a question, not the root of the system")
  func unnamed() throws {
    let error = try #require(throws: AnalysisError.self) { _ = try OutputFolder(path: "") }
    #expect(error.asks)
    #expect(error.message == "The output's folder has an empty name. Name one with --output.")
  }
}
