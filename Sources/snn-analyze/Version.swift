extension SNNAnalyze {
  /// What --version prints and every report names.
  static let version = "0.1.0"
}
