public import Foundation

/// The built command, run as a process.
public enum Command {
  public struct Outcome {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  /// The package.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static let executable = program("snn-analyze")

  /// An executable of the package, beside the test bundle.
  public static func program(_ name: String) -> URL {
    let bundle = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for candidate in [folder, bundle.deletingLastPathComponent()] {
      folder = candidate
      while folder.path != "/" {
        let file = folder.appendingPathComponent(name)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
          !isFolder.boolValue
        {
          return file
        }
        folder.deleteLastPathComponent()
      }
    }
    return root.appendingPathComponent(".build/release/" + name)
  }

  public static func start(_ arguments: [String], in folder: URL) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    try process.run()
    return process
  }

  /// The names in a folder but for the cache of finished layers.
  public static func results(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != ".cache" }
  }

  @discardableResult
  public static func run(
    _ arguments: [String], executable program: URL = executable, in folder: URL = root,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { $1 }
    // Files rather than pipes: neither stream can fill up and stall the other.
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("snn-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let outputURL = scratch.appendingPathComponent("output")
    let errorsURL = scratch.appendingPathComponent("errors")
    for url in [outputURL, errorsURL] {
      try Data().write(to: url)
    }
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorsURL)
    process.standardInput = FileHandle.nullDevice
    try process.runToEnd()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: outputURL, encoding: .utf8),
      errors: try String(contentsOf: errorsURL, encoding: .utf8))
  }
}

/// A folder that is gone when the test is over.
public final class TemporaryFolder: Sendable {
  public let url: URL

  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("snn-analyze-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  public var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }

  public func contents(_ name: String) throws -> Data {
    try Data(contentsOf: url.appendingPathComponent(name))
  }
}

extension Command {
  /// Runs the command in 4 GiB of address space (threads and libraries take most of it) and some
  /// seconds of computing. A signal is a negative status.
  package static func runLimited(
    _ arguments: [String], seconds: Int = 20
  ) throws -> (status: Int32, errors: String) {
    let errors = FileManager.default.temporaryDirectory
      .appendingPathComponent("snn-errors-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: errors) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      [
        "-c",
        "ulimit -v 4194304; ulimit -t \(seconds); exec \"$@\" 2>\(errors.path)", "sh",
        executable.path,
      ] + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.runToEnd()
    let text = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
    let isSignal = process.terminationReason == .uncaughtSignal
    return (isSignal ? -process.terminationStatus : process.terminationStatus, text)
  }
}

extension Process {
  /// Starts the process and waits for its end. Foundation's own wait looks only every 50 ms, which the
  /// suite would do thousands of times.
  package func runToEnd() throws {
    let ended = DispatchSemaphore(value: 0)
    terminationHandler = { _ in ended.signal() }
    try run()
    ended.wait()
  }
}
