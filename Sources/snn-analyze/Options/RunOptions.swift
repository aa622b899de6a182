import ArgumentParser

/// How a run over many layers goes on where it was interrupted, or one of them fails.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where finished layers are kept, so that a run can go on (default: .cache in the output).",
      valueName: "folder"))
  var cache: String?

  @Flag(name: .customLong("no-cache"), help: "Keep no finished layers, and use none.")
  var isUncached = false

  @OptionGroup var space: ScratchOptions

  @Flag(help: "Report the other layers when one fails; the exit status is still 2.")
  var keepGoing = false

  func validate() throws {
    if isUncached && cache != nil {
      throw ValidationError("Give either --cache or --no-cache, not both.")
    }
  }

  func cacheFolder(in output: String) -> String? {
    isUncached ? nil : cache ?? output + "/.cache"
  }
}

/// Where layers go that are larger than memory.
struct ScratchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where layers are put aside that are larger than --memory (default: beside what is written). "
        + "Nothing is left there.", valueName: "folder"))
  var scratch: String?
}
