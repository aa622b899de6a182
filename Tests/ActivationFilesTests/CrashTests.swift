import ActivationFiles
import Foundation
import Testing

@Suite("A crash inside of the HDF5 library")
struct CrashTests {
  @Test("It is a sentence and status 2, as any other unreadable file")
  func sentence() async {
    let result = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardErrorContent]
    ) {
      try withTemporaryFolder { folder in
        let path = "\(folder)/damaged.h5"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: fixture("labels/variable.h5")))
        for far in UInt8(128)...255 {
          // The number of a label in the file's heap of strings: far out of the heap.
          bytes[2174] = far
          try bytes.write(to: URL(fileURLWithPath: path))
          let file = try? ActivationCollection(paths: [path])
          if let file, let checkpoint = file.checkpoints.first {
            _ = try? file.labels(of: checkpoint)
          }
        }
        // A library that never crashes here is none the worse.
        exit(2)
      }
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      !said.contains("Error:")
        || said.contains(
          "damaged.h5: this file is damaged: it made the HDF5 library crash. Copy or export it "
            + "again.\n")
    )
  }
}
