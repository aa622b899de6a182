import Analysis
import ArgumentParser
import Platform

/// Whether what is given to read is divided runs rather than files.
struct UnitsOption: ParsableArguments {
  @Flag(
    name: .customLong("units"),
    help: "Read the units of divided runs: what is given are folders of 'plan'.")
  var isGiven = false

  /// Refuses options that the plan has settled.
  /// - Parameters:
  ///   - allowed: The long names of options that still mean something.
  ///   - words: Of the command line.
  func requireNoOther(
    than allowed: Set<String>, words: [String] = CommandLine.arguments
  ) throws(ValidationError) {
    guard isGiven else { return }
    for word in words where word.hasPrefix("--") && word.count > 2 {
      let name = String(word.dropFirst(2).prefix { $0 != "=" })
      guard !allowed.union(["units", "quiet", "verbose", "isolate", "no-isolate"]).contains(name)
      else { continue }
      throw ValidationError(
        "--\(name) has no part with --units: it was settled when the plan was made.")
    }
  }
}

extension UnitRun {
  /// The run of a folder's plan. Paths in it start where they did when the plan was made, so that the
  /// working directory is that one from here on.
  init(at path: String, threads: Int?, hooks: RunHooks) throws(AnalysisError) {
    let folder = try UnitFolder(path: path)
    // Where this fails, files without a full path are not found, and that is said.
    _ = FileManager.default.changeCurrentDirectoryPath(folder.plan.directory)
    try self.init(folder, threads: threads, hooks: hooks)
  }

  /// The run of a folder's plan that was made in the working directory.
  init(here files: [String], hooks: RunHooks) throws(AnalysisError) {
    guard files.count == 1 else {
      throw AnalysisError(
        "\(files.joined(separator: ", ")): --units takes one folder of a plan for a run.",
        asks: true)
    }
    let folder = try UnitFolder(path: files[0])
    guard folder.plan.directory == FileManager.default.currentDirectoryPath else {
      throw AnalysisError(
        "\(files[0]): the plan was made in \(folder.plan.directory), where its paths start. Run this "
          + "there.")
    }
    try self.init(folder, threads: nil, hooks: hooks)
  }

  private init(
    _ folder: UnitFolder, threads: Int?, hooks: RunHooks
  ) throws(AnalysisError) {
    do {
      let command = try PlanCommand.parse(folder.plan.arguments)
      try self.init(
        folder, files: command.input.files, options: try command.options,
        threadCount: threads ?? Machine.whole.threadCount, hooks: hooks)
    } catch let error as AnalysisError {
      throw error
    } catch {
      throw AnalysisError(
        "\(folder.path): the options of the plan mean nothing here: \(PlanCommand.message(for: error))",
        cause: .differs)
    }
  }
}

extension String {
  /// The path from the root: what it means does not change with the working directory.
  var fromRoot: String {
    hasPrefix("/") ? self : FileManager.default.currentDirectoryPath + "/" + self
  }
}
