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

extension WordList where Offer.Word == ReportFormat {
  /// What is written where nothing is said.
  static var standard: WordList { WordList(ReportFormat.standard) }
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

/// What `report` and `compare` write.
enum RunFormats: OfferedWords {
  static var words: [ReportFormat] { ReportFormat.allCases }
}

/// What `neighbors` and `outliers` write: no page.
enum SideFormats: OfferedWords {
  static var words: [ReportFormat] { ReportFormat.allCases.filter { $0 != .html && $0 != .latex } }
}
