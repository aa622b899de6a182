/// Where a figure will stand: its widths and text sizes, from the venue's author guide.
public enum FigureStyle: String, CaseIterable, Sendable {
  case screen, neurips, iclr, icml, cvpr, aaai, jmlr, tmlr, eccv, nature, ieee

  /// The width of a figure across the page.
  package var fullWidth: Length {
    switch self {
    case .screen: Length(720, .pixels)
    case .neurips, .iclr: Length(5.5, .inches)
    case .icml: Length(6.75, .inches)
    case .cvpr: Length(6.875, .inches)
    case .aaai: Length(6.975, .inches)
    case .jmlr: Length(6, .inches)
    case .tmlr: Length(6.5, .inches)
    case .eccv: Length(4.8, .inches)
    case .nature: Length(183, .millimetres)
    case .ieee: Length(7, .inches)
    }
  }

  /// The width of a figure in one column; the full width where there is only one.
  package var columnWidth: Length {
    switch self {
    case .icml, .cvpr: Length(3.25, .inches)
    case .aaai, .ieee: Length(3.3, .inches)
    case .nature: Length(89, .millimetres)
    case .screen, .neurips, .iclr, .jmlr, .tmlr, .eccv: fullWidth
    }
  }

  /// The typefaces of the text, the first that there is: the venue's serifs, or what Nature and a page
  /// ask for. Texts are laid out by the widths of Helvetica, which few letters of Times exceed.
  var fontFamily: String {
    switch self {
    case .screen, .nature: "Helvetica, Arial, sans-serif"
    case .neurips, .iclr, .icml, .cvpr, .aaai, .jmlr, .tmlr, .eccv, .ieee:
      "Times, Times New Roman, Nimbus Roman, Liberation Serif, serif"
    }
  }

  /// The size of the title and the axis labels, in points.
  package var textSize: Double {
    switch self {
    case .screen: 9.75
    case .neurips, .iclr, .aaai, .jmlr, .tmlr, .eccv: 9
    case .icml, .cvpr, .ieee: 8
    case .nature: 7
    }
  }

  /// The size of tick labels, line names and numbers in cells, in points.
  package var smallTextSize: Double { self == .screen ? 9 : textSize - 1 }

  /// The greatest height the venue accepts, in points.
  var maximumHeight: Double { self == .nature ? Length(170, .millimetres).points : 9 * 72 }

  /// Paper is its own background; a browser's may be dark.
  var background: RGB? { self == .screen ? .white : nil }

  var lineWidth: Double { self == .screen ? 1.5 : textSize * 0.14 }
  var axisWidth: Double { self == .screen ? 0.75 : 0.6 }
  var tickLength: Double { textSize * 0.36 }
  var margin: Double { self == .screen ? 9 : 1.5 }
}
