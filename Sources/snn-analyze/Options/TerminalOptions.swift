import Analysis
import ArgumentParser

/// What is said beside the files that are written.
struct TerminalOptions: ParsableArguments {
  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(
    help: """
      Say on standard error what is read, and the library's own words on errors; 'report' checks two \
      identities of each layer as well.
      """)
  var verbose = false

  var hooks: RunHooks { .terminal(isQuiet: quiet, isVerbose: verbose) }
}
