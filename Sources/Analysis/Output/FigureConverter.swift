internal import Platform
package import Reporting

/// What figures can be converted to, by a program of the machine.
package enum ImageFormat: String, CaseIterable, Sendable {
  case png, pdf
}

/// A program that converts an SVG: the first of those that are known on the search path.
package struct FigureConverter: Sendable {
  private let program: Program
  private let path: String

  private enum Program: String, CaseIterable {
    case rsvg = "rsvg-convert"
    case cairo = "cairosvg"
    case inkscape

    /// - Parameter width: In pixels, of a PNG.
    func arguments(_ svg: String, _ output: String, _ format: ImageFormat, width: Int) -> [String] {
      let isImage = format == .png
      return switch self {
      case .rsvg:
        ["--format", format.rawValue, "--output", output]
          + (isImage ? ["--width", String(width), "--keep-aspect-ratio"] : []) + [svg]
      case .cairo:
        [svg, "--format", format.rawValue, "--output", output]
          + (isImage ? ["--output-width", String(width)] : [])
      case .inkscape:
        [svg, "--export-type=\(format.rawValue)", "--export-filename=\(output)"]
          + (isImage ? ["--export-width=\(width)"] : [])
      }
    }
  }

  /// - Throws: Where there is none.
  package init() throws(AnalysisError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for program in Program.allCases {
      for folder in folders {
        let path = "\(folder)/\(program.rawValue)"
        guard FileManager.default.isExecutableFile(atPath: path) else { continue }
        (self.program, self.path) = (program, path)
        return
      }
    }
    throw AnalysisError(
      "There is no program here that makes PNG or PDF of the figures. Install rsvg-convert (Debian: "
        + "librsvg2-bin), CairoSVG (pip install cairosvg) or Inkscape, or take --formats svg.",
      asks: true)
  }

  /// The figure as a file to be made.
  /// - Parameter pixelWidth: Of a PNG.
  package func converted(
    _ figure: ReportFile, to format: ImageFormat, pixelWidth: Int
  ) -> MadeFile {
    let stem = figure.name.hasSuffix(".svg") ? String(figure.name.dropLast(4)) : figure.name
    let name = "\(stem).\(format.rawValue)"
    return MadeFile(name: name) { (output: String) throws(AnalysisError) in
      let source = output + ".svg"
      defer { try? FileManager.default.removeItem(atPath: source) }
      do {
        try Data(figure.contents.utf8).write(to: URL(fileURLWithPath: source))
      } catch {
        throw AnalysisError("\(name): cannot be written: \(error.systemReason).")
      }
      let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
      let process: ChildProcess
      do throws(ChildProcess.Failure) {
        // The same bytes on every day, where the program knows of this; and what it puts aside goes where
        // it may write.
        process = try ChildProcess(
          path, program.arguments(source, output, format, width: pixelWidth),
          environment: ["SOURCE_DATE_EPOCH": "0", "TMPDIR": folder], isQuiet: true)
      } catch {
        throw AnalysisError("\(path): cannot be started: \(error.reason).")
      }
      guard process.status == 0, FileManager.default.fileExists(atPath: output) else {
        let first = process.errorText.split(separator: "\n").first.map { ": \($0)" } ?? ""
        throw AnalysisError(
          "\(name): \(program.rawValue) did not convert the figure\(first). Take --formats svg.")
      }
    }
  }
}
