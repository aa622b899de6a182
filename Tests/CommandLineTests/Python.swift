import Foundation
import TestSupport

/// A Python interpreter that has what a test needs: the one that `SNN_PYTHON` names, that of
/// Scripts/set-up-python, or python3 from the path.
struct Python: Sendable {
  private let interpreter: String

  private init(_ interpreter: String) {
    self.interpreter = interpreter
  }

  /// nil where none has all of the modules.
  init?(having modules: String) {
    let own = Command.root.appendingPathComponent(".build/python/bin/python3").path
    let named = ProcessInfo.processInfo.environment["SNN_PYTHON"]
    for candidate in [named, own, "python3"].compactMap(\.self) {
      let python = Python(candidate)
      if (try? python.run(["-c", "import \(modules)"]).status) == 0 {
        self = python
        return
      }
    }
    return nil
  }

  func run(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Command.Outcome {
    let sources = Command.root.appendingPathComponent("Sources/Python").path
    return try Command.run(
      [interpreter] + arguments, executable: URL(fileURLWithPath: "/usr/bin/env"),
      in: Command.root.appendingPathComponent("Tests/Python"),
      environment: environment.merging(
        ["PYTHONPATH": sources, "PYTHONDONTWRITEBYTECODE": "1"], uniquingKeysWith: { $1 }))
  }
}
