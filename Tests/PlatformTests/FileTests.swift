import Platform
import TestSupport
import Testing

@Suite struct FileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A file is read in pieces of the size that is asked for")
  func pieces() throws {
    let path = folder.path("data")
    try Data(0..<10).write(to: URL(fileURLWithPath: path))
    let file = try #require(OpenFile(path: path))
    #expect(file.read(upTo: 4) == Data(0..<4))
    #expect(file.read(upTo: 6) == Data(4..<10))
    #expect(file.read(upTo: 4) == Data())
    #expect(OpenFile(path: folder.path("none")) == nil)
    #expect(OpenFile(path: folder.url.path)?.read(upTo: 1) == nil)
  }

  @Test("A pipe gives what it is asked for, however it is written")
  func pipe() throws {
    let path = folder.path("pipe")
    try #require(mkfifo(path, 0o600) == 0)
    let writer = Task.detached {
      let descriptor = open(path, O_WRONLY)
      for byte in UInt8(0)..<10 {
        withUnsafeBytes(of: byte) { _ = FileDescriptor.write($0, to: descriptor) }
      }
      close(descriptor)
    }
    let file = try #require(OpenFile(path: path))
    #expect(file.read(upTo: 8) == Data(0..<8))
    #expect(file.read(upTo: 8) == Data(8..<10))
    _ = writer
  }

  @Test("Folders are told from files, through links")
  func folders() throws {
    try Data().write(to: URL(fileURLWithPath: folder.path("file")))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.url.path)
    #expect(FileSystem.isFolder(folder.url.path))
    #expect(FileSystem.isFolder(folder.path("link")))
    #expect(!FileSystem.isFolder(folder.path("file")))
    #expect(!FileSystem.isFolder(folder.path("none")))
  }

  @Test("The running program is a file that can be run")
  func program() throws {
    let path = try #require(FileSystem.programPath)
    #expect(FileManager.default.isExecutableFile(atPath: path))
  }

  @Test("Why a file was not written is a clause")
  func reason() {
    func reason(_ path: String, _ options: Data.WritingOptions) -> String? {
      do {
        try Data([1]).write(to: URL(fileURLWithPath: path), options: options)
        return nil
      } catch {
        return error.systemReason
      }
    }
    #expect(reason(folder.path("no/file"), .atomic) == "No such file or directory")
    #expect(reason("/dev/null/file", []) == "a part of the path is a file, not a folder")
    #if os(Linux)
      #expect(reason("/dev/full", []) == "no space is left on the disk")
    #endif
    #expect(reason(folder.path("file"), .atomic) == nil)
  }

  @Test("Blanks and line ends around a word go")
  func trimmed() {
    #expect(" \t a b\u{a0}\r\n".trimmed == "a b")
    #expect("a".dropFirst().trimmed == "")
    #expect(" \n".trimmed == "")
  }
}
