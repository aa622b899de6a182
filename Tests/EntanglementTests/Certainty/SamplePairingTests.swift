import Entanglement
import Testing

@Suite struct SamplePairingTests {
  private static let labels = ["a", "b", "a", "b", "a", "b"]
  private static let ids = ["s0", "s1", "s2", "s3", "s4", "s5"]

  private static func identity(
    _ order: [Int] = Array(0..<6), ids: [String]? = ids, labels: [String] = labels
  ) -> SampleIdentity {
    SampleIdentity(
      rows: Array(0..<order.count), ids: ids.map { ids in order.map { ids[$0] } },
      labels: order.map { labels[$0] })
  }

  private static func reason(_ first: SampleIdentity, _ second: SampleIdentity) -> String? {
    do throws(SamplePairing.Absence) {
      _ = try SamplePairing(first, second)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("Rows pair by their ids in whatever order, and by their place without")
  func rules() throws {
    let order = [3, 0, 5, 1, 4, 2]
    let byID = try SamplePairing(Self.identity(), Self.identity(order))
    #expect(byID.rule == .sampleIDs)
    #expect(byID.rows.map { order[$0] } == Array(0..<6))
    let byPlace = try SamplePairing(Self.identity(), Self.identity(ids: nil))
    #expect(byPlace.rule == .position && byPlace.rows == Array(0..<6))
  }

  @Test("Other samples, other labels and other counts do not pair, and say why")
  func absences() {
    let other = Self.identity(ids: ["s0", "s1", "s2", "s3", "s4", "t5"])
    #expect(Self.reason(Self.identity(), other) == "the samples are others, by their sample_ids")
    let doubled = Self.identity(ids: ["s0", "s1", "s2", "s3", "s4", "s4"])
    #expect(Self.reason(Self.identity(), doubled) == "the samples are others, by their sample_ids")
    let renamed = Self.identity(labels: ["a", "b", "a", "b", "a", "c"])
    #expect(Self.reason(Self.identity(), renamed)?.hasPrefix("the labels are others") == true)
    let moved = Self.identity([1, 0, 2, 3, 4, 5], ids: nil)
    #expect(Self.reason(Self.identity(ids: nil), moved)?.hasSuffix("in another order") == true)
    #expect(
      Self.reason(Self.identity(), Self.identity([0, 1])) == "there are 6 samples and 2")
  }

  @Test("A difference does not depend on the order in which the second run has the samples")
  func order() throws {
    let first = [0.1, -0.3, 0.2, 0.05, -0.1, 0.05]
    let second = [0.2, -0.1, 0.2, -0.15, -0.2, 0.05]
    let order = [3, 0, 5, 1, 4, 2]
    let straight = PairedDifference(from: (1, first), to: (1.5, second))
    let pairing = try SamplePairing(Self.identity(), Self.identity(order))
    let shuffled = try #require(
      pairing.difference(from: (1, first, []), to: (1.5, order.map { second[$0] }, [])))
    #expect(shuffled == straight)
  }

  @Test("Rows that were left out of both runs stay out; of one run alone they leave no pairs")
  func skipped() throws {
    let order = [3, 0, 5, 1, 4, 2]
    let pairing = try SamplePairing(Self.identity(), Self.identity(order))
    // Sample s2 is row 2 of the first run and row 5 of the second.
    let first = [0.1, -0.3, 0.05, -0.1, 0.05]
    let second = [0.2, -0.1, -0.15, -0.2, 0.05]
    let places = [0: 0, 1: 1, 3: 2, 4: 3, 5: 4]
    let shuffled = order.compactMap { places[$0].map { second[$0] } }
    let paired = try #require(
      pairing.difference(from: (1, first, [2]), to: (1.5, shuffled, [5])))
    #expect(paired == PairedDifference(from: (1, first), to: (1.5, second)))
    #expect(pairing.difference(from: (1, first, [2]), to: (1.5, shuffled, [4])) == nil)
    #expect(
      pairing.difference(from: (1, first, [2]), to: (1.5, Array(repeating: 0, count: 6), [])) == nil
    )
  }
}
