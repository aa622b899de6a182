import Activations
import Analysis
import ArgumentParser
import PairwiseDistances

@main
struct SNNAnalyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snn-analyze",
    abstract: "See how entangled the classes are inside a network.",
    usage: """
      snn-analyze <activations.h5>
      snn-analyze <subcommand> ...
      """,
    discussion: """
      Reads activations from HDF5, computes the soft nearest neighbor loss of every layer at every \
      checkpoint over a sweep of temperatures, and writes text, figures and data.

        snn-analyze FILE.h5                       a report, in Reports/FILE
        snn-analyze inspect FILE.h5               what would be read, in what time
        snn-analyze compare a=A.h5 b=B.h5         two runs, by layer and checkpoint
        snn-analyze check B.h5 --baseline A.json  a gate: status 1 is a regression

      Exit status: 0 fine, 1 regression, 2 could not read or compute, 3 inconclusive, 4 not \
      comparable, 64 wrong usage, 65 and 75 units of a divided run are damaged or missing, \
      130 interrupted.
      """,
    version: Version.current,
    subcommands: [
      ReportCommand.self, InspectCommand.self, RenderCommand.self, CompareCommand.self,
      BaselineCommand.self,
      CheckCommand.self, NeighborsCommand.self, OutliersCommand.self, TrainCommand.self,
      PlanCommand.self, WorkCommand.self, MergeCommand.self, SubmitCommand.self, PointsCommand.self,
      ChartCommand.self, GradientCommand.self,
    ],
    defaultSubcommand: ReportCommand.self)

  static func main() {
    do {
      try WrongWord.check(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      do {
        try Machine.fitAddressSpace()
        let folders = try isolate(command)
        defer { folders?.removeEmpty() }
        Interruption.watch()
        try command.run()
      } catch let error as AnalysisError {
        throw CommandError(error, isVerbose: (command as? any Verbosity)?.verbose ?? false)
      }
    } catch let error as CommandError {
      StandardError.write("Error: \(error.message.visibleLines)\n")
      Self.exit(withError: ExitCode(error.exitCode))
    } catch {
      exit(withError: error)
    }
  }

  /// Gives up what the command does not need; called once, before there is a second thread.
  private static func isolate(_ command: any ParsableCommand) throws -> MadeFolders? {
    guard let isolated = command as? any Isolated, isolated.isolates else { return nil }
    let (effect, folders) = try isolated.reach.enforce(
      words: Array(CommandLine.arguments.dropFirst()))
    if (command as? any Verbosity)?.verbose ?? false { StandardError.write(effect.text) }
    return folders
  }
}
