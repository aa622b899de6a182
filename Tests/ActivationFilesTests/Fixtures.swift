import ActivationFiles
import Activations
import Foundation
import Testing

/// The path of a file in the folder `Fixtures` beside this source.
func fixture(_ name: String, source: String = #filePath) -> String {
  URL(fileURLWithPath: source).deletingLastPathComponent()
    .appendingPathComponent("Fixtures").appendingPathComponent(name).path
}

/// Runs `body` with a folder that is gone afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("ActivationFilesTests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// The message of the error that `body` throws, without the file's folder.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as ActivationFileError {
    return String(error.description.split(separator: ": ", maxSplits: 1)[1])
  } catch {
    return "another error: \(error)"
  }
}

extension ActivationMatrix {
  /// All values, row after row.
  var allValues: [Double] {
    (0..<sampleCount).flatMap { row in (0..<featureCount).map { self[row, $0] } }
  }
}

/// Options with some of their properties set.
func options(_ change: (inout ReadingOptions) -> Void) -> ReadingOptions {
  var options = ReadingOptions()
  change(&options)
  return options
}
