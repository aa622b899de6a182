import Analysis
public import ArgumentParser
public import Reporting

/// What the figures of a report show, and how.
struct FigureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The figures to draw, as a list of their names (default: all).", valueName: "name,…"))
  var figures: String?

  @Option(
    help: ArgumentHelp(
      "The order of the classes of the confusion matrices: shared by all layers, or each layer's own.",
      valueName: "shared|layer"))
  var classOrder: FigureLook.ClassOrder = .shared

  @Flag(help: "Put letters before the titles of panels: (a), (b), …")
  var panelLetters = false

  @Option(
    help: ArgumentHelp(
      "Names, order and colours of layers, names of classes and titles of figures, as YAML.",
      valueName: "file.yaml"))
  var figureSettings: String?

  func validate() throws {
    for name in names ?? [] where !FigureLook.figureNames.contains(name) {
      throw ValidationError(
        "There is no figure \(name.visible), but "
          + FigureLook.figureNames.joined(separator: ", ") + ".")
    }
  }

  private var names: [String]? {
    figures.map { $0.split(separator: ",").map(String.init) }
  }

  var look: FigureLook {
    get throws {
      var look = try figureSettings.map { try FigureSettingsFile(path: $0).look } ?? FigureLook()
      look.classOrder = classOrder
      look.figures = names.map(Set.init)
      look.hasPanelLetters = panelLetters
      return look
    }
  }
}

extension FigureLook.ClassOrder: ExpressibleByArgument {}
