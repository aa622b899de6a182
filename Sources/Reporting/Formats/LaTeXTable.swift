/// A table as LaTeX sets it in a paper, with the rules of booktabs and nothing else that a plain
/// LaTeX lacks.
struct LaTeXTable {
  /// What it shows, as text.
  let caption: String
  /// What `\ref` calls it, behind `tab:`.
  let label: String
  /// The first column is text, the others are numbers.
  let header: [String]
  private(set) var rows: [[String]] = []

  init(caption: String, label: String, header: [String]) {
    self.caption = caption
    self.label = label
    self.header = header
  }

  /// - Parameters:
  ///   - name: Text; it is escaped here.
  ///   - cells: As LaTeX has them, one for each further column.
  mutating func add(_ name: String, _ cells: [String]) {
    precondition(
      cells.count == header.count - 1, "\(cells.count) cells are no row of \(header.count) columns")
    rows.append([Self.escaped(name)] + cells)
  }

  var text: String {
    func line(_ cells: [String]) -> String { "    " + cells.joined(separator: " & ") + " \\\\\n" }
    return "\\begin{table}\n  \\centering\n  \\caption{\(Self.escaped(caption))}\n"
      + "  \\label{tab:\(label)}\n  \\begin{tabular}{l\(String(repeating: "r", count: header.count - 1))}\n"
      + "    \\toprule\n" + line(header.map(Self.escaped)) + "    \\midrule\n"
      + rows.map(line).joined() + "    \\bottomrule\n  \\end{tabular}\n\\end{table}\n"
  }

  /// Tables as one file, to be read with `\input`.
  static func file(_ tables: [LaTeXTable]) -> String {
    "% Made by snn-analyze. Needs \\usepackage{booktabs}.\n"
      + tables.map(\.text).joined(separator: "\n")
  }

  // MARK: Cells

  /// Where there is nothing.
  static let none = "--"

  /// `$0.412 \pm 0.021$`; the number alone without a half-width.
  static func number(_ value: Double, halfWidth: Double? = nil) -> String {
    guard let halfWidth else { return "$\(math(NumberStyle.loss(value)))$" }
    let (mean, reach) = NumberStyle.measured(value, halfWidth: halfWidth)
    return "$\(math(mean)) \\pm \(math(reach))$"
  }

  /// `1.2e-7` as a power of ten.
  private static func math(_ text: String) -> String {
    let parts = text.replacing("−", with: "-").split(separator: "e", maxSplits: 1)
    return parts.count == 2 ? "\(parts[0]) \\times 10^{\(parts[1])}" : String(parts[0])
  }

  // MARK: Text

  /// The text as LaTeX shows it. What no plain LaTeX has a letter for stands as its code point.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.precomposedLetters.unicodeScalars {
      if let special = special[scalar] {
        escaped += special
      } else if scalar == "-" {
        // Two would join into a dash.
        escaped += escaped.hasSuffix("-") ? "{}-" : "-"
      } else if scalar.isASCII {
        escaped.unicodeScalars.append(scalar.value >= 32 && scalar.value < 127 ? scalar : " ")
      } else if latin.contains(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        escaped += "\\texttt{U+\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return escaped
  }

  private static let special: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}",
    "<": "$<$", ">": "$>$", "|": "$|$", "\"": "''", "`": "\\textasciigrave{}",
    "−": "$-$", "±": "$\\pm$", "×": "$\\times$", "–": "--", "—": "---", "…": "\\ldots{}",
    "→": "$\\to$", "∞": "$\\infty$", "α": "$\\alpha$", "β": "$\\beta$", "γ": "$\\gamma$",
    "δ": "$\\delta$", "ε": "$\\epsilon$", "η": "$\\eta$", "θ": "$\\theta$", "λ": "$\\lambda$",
    "μ": "$\\mu$", "µ": "$\\mu$", "ν": "$\\nu$", "π": "$\\pi$", "ρ": "$\\rho$", "σ": "$\\sigma$",
    "τ": "$\\tau$", "φ": "$\\phi$", "χ": "$\\chi$", "ω": "$\\omega$", "ß": "{\\ss}",
  ]

  /// Letters that the oldest of its fonts can set.
  private static let latin = Set(
    ("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ" as String).unicodeScalars)
}

extension String {
  /// Letters with their marks as one scalar, where there is one in Latin-1.
  fileprivate var precomposedLetters: String {
    var text = ""
    for character in self {
      let scalars = Array(character.unicodeScalars)
      guard scalars.count == 2, let found = Self.precomposed(scalars[0], scalars[1]) else {
        text.append(character)
        continue
      }
      text.unicodeScalars.append(found)
    }
    return text
  }

  private static func precomposed(
    _ letter: Unicode.Scalar, _ mark: Unicode.Scalar
  ) -> Unicode.Scalar? {
    (0xC0...0xFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init).first { scalar in
      String(scalar) == String(Character(String(letter) + String(mark)))
    }
  }
}

extension NumberStyle {
  /// A number and half its interval, both to two digits of the half: `0.4121`, `0.0031`.
  static func measured(_ value: Double, halfWidth: Double) -> (value: String, halfWidth: String) {
    let size = abs(value)
    guard halfWidth > 0, size < 1e9, halfWidth < 1e9, halfWidth > 1e-9 else {
      return (loss(value), loss(halfWidth))
    }
    var decimals = 0
    var scaled = halfWidth
    while scaled < 9.95, decimals < 9 {
      scaled *= 10
      decimals += 1
    }
    return (
      (value < 0 ? "−" : "") + fixed(size, decimals: decimals),
      fixed(halfWidth, decimals: decimals)
    )
  }
}
