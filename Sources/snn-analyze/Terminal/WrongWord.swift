import ArgumentParser
import Platform

/// What is said of a command line that names neither a file nor a subcommand.
enum WrongWord {
  /// - Throws: `CommandError` where nothing is given, or the first word is nearly a subcommand's and no
  ///   file's.
  static func check(_ arguments: [String]) throws(CommandError) {
    guard let word = arguments.first else {
      throw CommandError(
        """
        Nothing is given to read.
          snn-analyze FILE.h5     computes the loss of every layer and writes a report
          snn-analyze --help      says what else there is
        """, exitCode: ExitCode.validationFailure.rawValue)
    }
    guard !word.hasPrefix("-"), !FileManager.default.fileExists(atPath: word) else { return }
    let names =
      SNNAnalyze.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !names.contains(word),
      let name = names.min(by: { distance($0, word) < distance($1, word) }),
      distance(name, word) <= max(name.count / 3, 1)
    else { return }
    throw CommandError(
      "\(word) is neither a subcommand nor a file. Did you mean 'snn-analyze \(name)'?",
      exitCode: ExitCode.validationFailure.rawValue)
  }

  /// The fewest letters that are changed, put in, left out, or swapped with the next (Damerau 1964,
  /// optimal string alignment).
  private static func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second.prefix(64)))
    var rows = [Array(0...second.count)]
    for i in first.indices {
      var row = [i + 1]
      for j in second.indices {
        var best = min(rows[i][j + 1], row[j]) + 1
        best = min(best, rows[i][j] + (first[i] == second[j] ? 0 : 1))
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
