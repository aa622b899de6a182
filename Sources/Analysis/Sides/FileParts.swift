internal import ActivationFiles

/// The sides of a comparison that one file can hold, by the usual names of their parts.
struct FileParts {
  let bank: SampleAddress
  let calibration: SampleAddress?
  let queries: SampleAddress
  let outliers: SampleAddress?

  /// Looks for groups, then for entries of a dataset `split`, of the usual names.
  init?(file: String, reading: ReadingOptions) throws(AnalysisError) {
    var names: Set<String> = []
    do throws(ActivationFileError) {
      names = Set(
        try ActivationCollection.groups(in: file, options: reading)
          .filter { $0.split(separator: "/").count == 1 }.map { String($0.dropFirst()) }
          + ActivationCollection.splits(in: file, options: reading))
      if Self.first(of: Self.bankNames, in: names) == nil {
        let collection = try ActivationCollection(paths: [file], options: reading)
        guard let checkpoint = collection.checkpoints.last,
          let split = try collection.split(of: checkpoint)
        else { return nil }
        names = Set(split)
      }
    } catch {
      throw AnalysisError(error)
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
