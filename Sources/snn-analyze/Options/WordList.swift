import Analysis
import ArgumentParser
import Entanglement
import Reporting

/// The words that an option takes as a list. One subcommand may have fewer of them than another.
protocol OfferedWords: Sendable {
  associatedtype Word: RawRepresentable<String>, Hashable, Sendable
  /// In the order of the help.
  static var words: [Word] { get }
}

/// Words of an offer as one argument, separated by commas.
struct WordList<Offer: OfferedWords>: Sendable, CustomStringConvertible {
  /// In the order of the offer.
  let words: [Offer.Word]

  static var names: String { Offer.words.map(\.rawValue).joined(separator: ", ") }

  static var all: WordList { WordList(Offer.words) }

  init(_ words: some Collection<Offer.Word>) {
    self.words = Offer.words.filter(words.contains)
  }

  /// - Throws: `ValidationError` that lists what there is.
  static func parsed(_ argument: String) throws -> WordList {
    let parts = argument.split(separator: ",").map(String.init)
    let known = Offer.words.map(\.rawValue)
    if let unknown = parts.first(where: { !known.contains($0) }) {
      throw ValidationError("There is no \(unknown) here, but \(names).")
    }
    guard !parts.isEmpty else { throw ValidationError("Give some of \(names).") }
    return WordList(parts.compactMap(Offer.Word.init(rawValue:)))
  }

  /// As the default in the help.
  var description: String {
    let missing = Offer.words.filter { !words.contains($0) }
    let listed = missing.count < words.count ? missing : words
    let list = listed.map(\.rawValue).joined(separator: ", ")
    guard missing.count < words.count else { return list }
    return missing.isEmpty ? "all" : "all but \(list)"
  }
}

/// Quantities of the loss that an option takes as a list.
protocol OfferedQuantities: OfferedWords where Word == LossSettings.Quantity {
  /// What is computed where nothing is said.
  static var standard: Set<Word> { get }
}

extension WordList where Offer: OfferedQuantities {
  /// `classes,samples`, or `+samples` for what is computed where nothing is said and these.
  /// - Throws: `ValidationError` that lists what there is.
  static func parsedAddition(_ argument: String) throws -> WordList {
    guard argument.hasPrefix("+") else { return try parsed(argument) }
    return WordList(Offer.standard.union(try parsed(String(argument.dropFirst())).words))
  }
}

enum ReportedQuantities: OfferedQuantities {
  static var words: [LossSettings.Quantity] { Word.allCases }
  static var standard: Set<Word> { LossSettings.standardQuantities }
}

enum ComparedQuantities: OfferedQuantities {
  /// What a comparison shows.
  static var words: [LossSettings.Quantity] {
    [.curve, .minimum, .perplexity, .intervals, .classes]
  }
  static var standard: Set<Word> { [.curve, .minimum, .perplexity, .intervals] }
}

/// A form of what is written: of the report itself, or of its figures by a program of the machine, or its
/// scalars as TensorBoard reads them.
enum WrittenFormat: RawRepresentable, Hashable, Sendable {
  case report(ReportFormat)
  case image(ImageFormat)
  case tensorboard

  init?(rawValue: String) {
    if let format = ReportFormat(rawValue: rawValue) {
      self = .report(format)
    } else if let format = ImageFormat(rawValue: rawValue) {
      self = .image(format)
    } else if rawValue == "tensorboard" {
      self = .tensorboard
    } else {
      return nil
    }
  }

  var rawValue: String {
    switch self {
    case .report(let format): format.rawValue
    case .image(let format): format.rawValue
    case .tensorboard: "tensorboard"
    }
  }

  var report: ReportFormat? { if case .report(let format) = self { format } else { nil } }
  var image: ImageFormat? { if case .image(let format) = self { format } else { nil } }

  static let images = ImageFormat.allCases.map(WrittenFormat.image)
}

/// Forms that an option takes as a list.
protocol OfferedFormats: OfferedWords where Word == WrittenFormat {
  /// What is written where nothing is said.
  static var written: WordList<Self> { get }
}

extension OfferedFormats {
  /// What needs no other program and is for everyone.
  static var written: WordList<Self> {
    WordList(words.filter { $0.report.map(ReportFormat.standard.contains) ?? false })
  }
}

/// What `report` and `merge` write.
enum ReportedFormats: OfferedFormats {
  static var words: [WrittenFormat] { RunFormats.words + [.tensorboard] }
}

/// What `compare` writes.
enum RunFormats: OfferedFormats {
  static var words: [WrittenFormat] {
    ReportFormat.allCases.map(WrittenFormat.report) + WrittenFormat.images
  }
}

/// What `neighbors` and `outliers` write: no page.
enum SideFormats: OfferedFormats {
  static var words: [WrittenFormat] {
    RunFormats.words.filter { $0.report != .html && $0.report != .latex }
  }
}

/// What `render` writes.
enum FigureFormats: OfferedFormats {
  static var words: [WrittenFormat] {
    [.report(.svg), .report(.csv)] + WrittenFormat.images
  }

  /// The numbers are where the report is.
  static var written: WordList<FigureFormats> { WordList([.report(.svg)]) }
}
