import Foundation
import TestSupport
import Testing

/// What a process can do that has given its rights up, by one that tries.
@Suite struct ConfinementTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["read", "write", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
      try Data("words".utf8).write(to: URL(fileURLWithPath: folder.path(name + "/file")))
    }
  }

  /// What became of each deed.
  private func deeds(_ words: String...) throws -> [String: String] {
    let outcome = try Command.run(
      ["read", "write", "other"].map(folder.path) + words,
      executable: Command.program("confined-deeds"))
    try #require(outcome.status == 0, "\(outcome.status) \(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    return Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), String($0[1])) })
  }

  private static let onOtherFiles = [
    "read-other", "read-environment", "write-read-only", "make-beside", "write-other",
    "truncate-other", "make-other", "rename-other", "remove-other", "link-other", "mode-other",
  ]
  private static let onOthers = [
    "socket-internet", "socket-internet-6", "socket-local", "signal-parent",
  ]
  private static let ofItsOwn = [
    "read-named", "write-named", "rename-named", "remove-named", "signal-self",
  ]

  @Test("Unconfined, every deed is done: the others do not fail of themselves")
  func free() throws {
    let deeds = try deeds("free")
    for deed in Self.ofItsOwn + Self.onOthers + ["read-other", "read-environment", "make-other"] {
      #expect(deeds[deed] == "done", "\(deed)")
    }
    #expect(deeds["memory"] == "done" && deeds["program"] == "done" && deeds["send"] == "done")
    #expect(deeds["connect"] != "\(EPERM)")
  }

  @Test("Files, other processes, the network and programs are out of reach; what is named is not")
  func everything() throws {
    let deeds = try deeds()
    for deed in Self.ofItsOwn { #expect(deeds[deed] == "done", "\(deed)") }
    if deeds["limits-files"] == "true" {
      for deed in Self.onOtherFiles {
        #expect(deeds[deed].flatMap(Int.init) != nil, "\(deed): \(deeds[deed] ?? "")")
      }
      #expect(try folder.contents("other/file") == Data("words".utf8))
      #expect(try folder.contents("read/file") == Data("words".utf8))
      #expect(!FileManager.default.fileExists(atPath: folder.path("other/new")))
    }
    if deeds["limits-calls"] == "true" {
      for deed in Self.onOthers + ["program", "mode-other", "connect"] {
        #expect(deeds[deed] == "\(EPERM)", "\(deed): \(deeds[deed] ?? "")")
      }
    }
    if deeds["limits-memory"] == "true" { #expect(deeds["memory"] == "\(ENOMEM)") }
  }

  @Test("Programs are started only where they are asked for, and then reach no network either")
  func programs() throws {
    let deeds = try deeds("programs", "anything")
    #expect(deeds["program"] == "done" && deeds["read-other"] == "done")
    if deeds["limits-calls"] == "true" {
      #expect(deeds["connect"] == "\(EPERM)" && deeds["send"] == "\(EPERM)")
    }
    if deeds["limits-files"] == "true" {
      #expect(deeds["make-other"] == "\(EACCES)" && deeds["write-other"] == "\(EACCES)")
    }
  }
}
