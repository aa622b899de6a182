import Activations
import Entanglement
import PairwiseDistances
import Testing

@Suite struct RefusalTests {
  private static func message(
    _ matrix: ActivationMatrix, _ labels: ClassLabels,
    _ loss: SoftNearestNeighborLoss = SoftNearestNeighborLoss()
  ) -> String? {
    do {
      _ = try loss.entanglement(of: matrix, labels: labels)
      return nil
    } catch {
      return error.description
    }
  }

  private let matrix = ActivationMatrix(
    sampleCount: 4, featureCount: 2, values: [0, 1, 2, 3, 4, 5, 6, 8] as [Float])

  @Test("NaN and infinity name their rows")
  func nonFinite() {
    let broken = ActivationMatrix(
      sampleCount: 4, featureCount: 2, values: [0, 1, .nan, 3, 4, 5, 6, .infinity] as [Float])
    #expect(
      Self.message(broken, ClassLabels([0, 0, 1, 1] as [Int64]))
        == "NaN or infinity in rows 1, 3 (counted from 0). Mend the rows or leave the layer out "
        + "with --except.")
  }

  @Test("One class, or singletons alone, have no loss")
  func classes() {
    #expect(
      Self.message(matrix, ClassLabels([7, 7, 7, 7] as [Int64]))
        == "All samples are of one class (7); the loss compares same-class with other-class "
        + "neighbors and needs two classes or more.")
    #expect(
      Self.message(matrix, ClassLabels([1, 2, 3, 4] as [Int64]))
        == "Each of the 4 classes has a single sample, so no sample has a same-class neighbor. "
        + "Label coarser classes or record more samples.")
  }

  @Test("Labels of another length are refused")
  func labelCount() {
    #expect(
      Self.message(matrix, ClassLabels([1, 2, 2] as [Int64]))
        == "There are 3 labels for 4 samples. Export both from the same batch.")
  }

  @Test("A row of zeros has no direction, unless it may be skipped")
  func zeroRows() throws {
    let zero = ActivationMatrix(
      sampleCount: 5, featureCount: 2, values: [1, 1, 0, 0, 1, 2, -1, 4, -1, 5] as [Float])
    let labels = ClassLabels([0, 0, 0, 1, 1] as [Int64])
    #expect(
      Self.message(zero, labels, SoftNearestNeighborLoss(LossSettings(distance: .cosine)))?
        .hasPrefix("row 1 (counted from 0) all zero") == true)
    let layer = try SoftNearestNeighborLoss(LossSettings(distance: .cosine, zeroRows: .skip))
      .entanglement(of: zero, labels: labels)
    #expect(layer.skippedRows == [1])
    #expect(layer.sampleCount == 4)
  }

  @Test("A temperature must be a positive number", arguments: [0, -1, .nan, .infinity])
  func temperatures(value: Double) {
    #expect(throws: EntanglementError.self) {
      try TemperatureSweep([1, value], scale: .absolute)
    }
  }

  @Test("Distances beyond the range of a Double are refused, not infinite")
  func range() {
    let huge = ActivationMatrix(
      sampleCount: 4, featureCount: 1, values: [1e160, -1e160, 2e160, 3e160])
    #expect(
      Self.message(huge, ClassLabels([0, 0, 1, 1] as [Int64]))?
        .hasPrefix("The squared distances leave the range") == true)
  }

  @Test("A run that is stopped says so")
  func cancelled() {
    let loss = SoftNearestNeighborLoss(hooks: PassHooks(isCancelled: { true }))
    #expect(throws: EntanglementError.cancelled) {
      try loss.entanglement(of: matrix, labels: ClassLabels([0, 0, 1, 1] as [Int64]))
    }
  }
}
