import Activations

/// What gives the order of samples, or of parts of them, that names tell apart: datasets, groups or
/// files.
public enum SampleOrdering: String, CaseIterable, Sendable {
  /// Names with numbers in them by their value: `img_2` before `img_10`.
  case natural
  /// Names as text, as h5py lists them and a sorted list has them: `img_10` before `img_2`.
  case name
  /// The order in which they were created, which the file must have kept.
  case creation
}

/// The order of named samples, or of named parts of the samples.
///
/// Labels that carry no ids are theirs row by row. Which order they were written in is certain only
/// where names count and every order is the same: where names are words, it may be that of a list that
/// the file does not hold.
struct SampleOrder {
  /// The places of the given names, in order.
  let places: [Int]
  /// Nil where the order is certain, or was asked for.
  let doubt: SampleOrderDoubt?

  /// - Parameters:
  ///   - creation: the rank of each name by creation, where the file keeps it.
  ///   - asked: what the user says.
  /// - Throws: where creation is asked for and the file did not keep it.
  init(
    _ names: [String], creation: [Int?], by asked: SampleOrdering?, file: String
  ) throws(ActivationFileError) {
    let ranks = creation.compactMap(\.self)
    let isKept = ranks.count == names.count
    guard asked != .creation || isKept else { throw .sampleOrderIsUnknown(file: file) }
    func sorted(_ ordering: SampleOrdering) -> [Int] {
      names.indices.sorted { left, right in
        switch ordering {
        case .natural: names[left].naturallyPrecedes(names[right])
        case .name: names[left].utf8.lexicographicallyPrecedes(names[right].utf8)
        case .creation: ranks[left] < ranks[right]
        }
      }
    }
    places = sorted(asked ?? .natural)
    guard asked == nil, names.count > 1 else {
      doubt = nil
      return
    }
    for other in [SampleOrdering.name] + (isKept ? [.creation] : []) {
      let others = sorted(other)
      for (place, pair) in zip(places, others).enumerated() where pair.0 != pair.1 {
        doubt = .orders(place: place, natural: names[pair.0], other: names[pair.1], other)
        return
      }
    }
    doubt =
      Set(names.map(\.withoutDigits)).count > 1
      ? .words(first: names[places[0]], last: names[places[places.count - 1]]) : nil
  }
}

/// Why the order of named samples is not certain.
enum SampleOrderDoubt: Sendable, Equatable {
  /// Two orders part at a place, counted from 0.
  case orders(place: Int, natural: String, other: String, SampleOrdering)
  /// The names do not count.
  case words(first: String, last: String)
}
