import ActivationFiles
import Foundation

/// Where the samples of one side are: a file, or a part of one.
///
/// `run.h5` is the whole file; `run.h5:test` the group `/test` of it, or, where it has no such
/// group, the rows whose entry in the dataset `split` is `test`.
struct SampleAddress {
  let file: String
  let part: String?

  init(_ text: String) {
    let colon = text.lastIndex(of: ":")
    guard let colon, !FileManager.default.fileExists(atPath: text) else {
      file = text
      part = nil
      return
    }
    file = String(text[..<colon])
    let name = String(text[text.index(after: colon)...])
    part = name.isEmpty ? nil : name
  }

  init(file: String, part: String) {
    self.file = file
    self.part = part
  }

  var text: String { part.map { "\(file):\($0)" } ?? file }
}

/// The sides of a comparison that one file can hold, by the usual names of their parts.
struct FileParts {
  let bank: SampleAddress
  let calibration: SampleAddress?
  let queries: SampleAddress
  let outliers: SampleAddress?

  /// Looks for groups, then for entries of a dataset `split`, of the usual names.
  init?(file: String, input: InputOptions, verbose: Bool) throws(CommandError) {
    var names: Set<String> = []
    do throws(ActivationFileError) {
      names = Set(
        try ActivationCollection.groups(in: file, options: input.reading)
          .filter { $0.split(separator: "/").count == 1 }.map { String($0.dropFirst()) }
          + ActivationCollection.splits(in: file, options: input.reading))
      if Self.first(of: Self.bankNames, in: names) == nil {
        let collection = try ActivationCollection(paths: [file], options: input.reading)
        guard let checkpoint = collection.checkpoints.last,
          let split = try collection.split(of: checkpoint)
        else { return nil }
        names = Set(split)
      }
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    guard let bank = Self.first(of: Self.bankNames, in: names),
      let queries = Self.first(of: Self.queryNames, in: names)
    else { return nil }
    func address(_ name: String?) -> SampleAddress? {
      name.map { SampleAddress(file: file, part: $0) }
    }
    self.bank = SampleAddress(file: file, part: bank)
    self.queries = SampleAddress(file: file, part: queries)
    calibration = address(Self.first(of: Self.calibrationNames, in: names))
    outliers = address(Self.first(of: Self.outlierNames, in: names))
  }

  private static func first(of wanted: [String], in names: Set<String>) -> String? {
    wanted.lazy.compactMap { name in names.sorted().first { $0.lowercased() == name } }.first
  }

  static let bankNames = ["bank", "train", "training"]
  static let calibrationNames = ["calibration", "calib", "cal", "validation", "val", "valid"]
  static let queryNames = ["query", "queries", "test", "eval", "evaluation"]
  static let outlierNames = ["outliers", "outlier", "ood", "out"]
}
