package import Activations
package import PairwiseDistances

/// What the neighbors in each layer say about the queries.
public struct NeighborAnalysis: Sendable {
  package let distance: Distance
  /// k.
  package let neighborCount: Int
  /// Whether the queries are the bank, each left out of its own list.
  package let isLeaveOneOut: Bool
  package let bank: SampleSet
  package let bankLabels: ClassLabels
  /// The samples that were looked up.
  public let queries: SampleSet
  /// In the order of the files.
  public let layers: [Layer]
  /// What was decided of the samples and may surprise: those that both sides share.
  package let notices: [String]
  /// How the bank and the queries were read.
  package var readings: [(name: String, head: ReadingHead)] = []

  package init(
    distance: Distance, neighborCount: Int, isLeaveOneOut: Bool, bank: SampleSet,
    bankLabels: ClassLabels, queries: SampleSet, layers: [Layer], notices: [String] = []
  ) {
    self.notices = notices
    self.distance = distance
    self.neighborCount = neighborCount
    self.isLeaveOneOut = isLeaveOneOut
    self.bank = bank
    self.bankLabels = bankLabels
    self.queries = queries
    self.layers = layers
  }

  /// Queries that equal a row of the bank in every value, without being it by row or id.
  package struct EqualRows: Sendable, Equatable {
    /// How many there are.
    package let queryCount: Int
    /// What the vote of all k gets right where these rows are in no list; nil without labels.
    package let accuracy: Proportion?

    package init(queryCount: Int, accuracy: Proportion?) {
      self.queryCount = queryCount
      self.accuracy = accuracy
    }

    package static func joining(_ parts: [EqualRows]) -> EqualRows {
      let known = parts.compactMap(\.accuracy)
      let isKnown = known.count == parts.count && !parts.isEmpty
      return EqualRows(
        queryCount: parts.reduce(0) { $0 + $1.queryCount },
        accuracy: isKnown
          ? Proportion(
            count: known.reduce(0) { $0 + $1.count }, of: known.reduce(0) { $0 + $1.total }) : nil)
    }
  }

  /// One layer's lists and what is read off them.
  public struct Layer: Sendable {
    /// Of the layer.
    public let name: String
    /// The neighbors of each query.
    public let lists: NeighborLists
    package let votes: NeighborVotes
    /// The share of queries whose class the vote finds, for each k of the votes.
    public let accuracies: [Proportion]?
    /// The share of queries where the vote is the model's prediction, for each k of the votes.
    package let agreements: [Proportion]?
    package let hubness: Hubness
    package let posterior: NeighborPosterior
    /// The share of queries whose class is the posterior's most probable.
    package let posteriorAccuracy: Proportion?
    package let backOff: BackOff?
    /// Samples whose neighbors are surest of another class, the surest first, at most twenty.
    package let suspects: [Int]
    /// nil where no query equals a row of the bank.
    package let equalRows: EqualRows?

    /// - Parameters:
    ///   - relativeTemperature: The posterior's, in units of the mean neighbor distance.
    ///   - thresholds: Of the model's confidence, for the back-off.
    package init(
      name: String, lists: NeighborLists, bankLabels: ClassLabels, queries: SampleSet,
      relativeTemperature: Double, thresholds: [Double] = BackOff.usualThresholds,
      equalRows: EqualRows? = nil
    ) {
      self.equalRows = equalRows.flatMap { $0.queryCount > 0 ? $0 : nil }
      self.name = name
      self.lists = lists
      let classes = lists.classes(bankLabels)
      let votes = NeighborVotes(
        classes, neighborCounts: NeighborVotes.usualCounts(through: lists.neighborCount))
      self.votes = votes
      let truth = queries.labels?.indices(in: bankLabels.names)
      let model = queries.predictions.map { ClassLabels($0).indices(in: bankLabels.names) }
      accuracies = truth.map(votes.agreement)
      agreements = model.map(votes.agreement)
      hubness = Hubness(lists, bank: bankLabels, queryClasses: truth)
      let scale = NeighborPosterior.meanNeighborDistance(lists)
      let posterior = NeighborPosterior(
        lists, classes, temperature: relativeTemperature * (scale > 0 ? scale : 1))
      self.posterior = posterior
      posteriorAccuracy = truth.map { truth in
        Proportion(count: zip(posterior.predictions, truth).count { $0 == $1 }, of: truth.count)
      }
      if let truth, let model, let confidences = queries.confidences {
        backOff = BackOff(
          model: model, confidences: confidences, neighbors: posterior.predictions, truth: truth,
          thresholds: thresholds)
      } else {
        backOff = nil
      }
      let wrong = truth.map { truth in
        truth.indices.filter { truth[$0] != posterior.predictions[$0] }
      }
      suspects = Array(
        (wrong ?? []).sorted {
          (posterior.probabilities[$1], $0) < (posterior.probabilities[$0], $1)
        }.prefix(20))
    }

    /// The vote of all k neighbors at each query.
    public var predictions: [Int32] { votes.predictions.last ?? [] }
  }
}
