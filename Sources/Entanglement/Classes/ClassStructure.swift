/// The loss of one class: the mean of l_i over its samples.
public struct ClassLoss: Sendable, Equatable, Codable {
  public let name: String
  /// Samples of the class, two or more.
  public let count: Int
  /// In nats.
  public let loss: Double
  /// nil where it was not asked for.
  public let interval: Interval?

  package init(name: String, count: Int, loss: Double, interval: Interval?) {
    self.name = name
    self.count = count
    self.loss = loss
    self.interval = interval
  }
}

/// Which classes of a layer are entangled with which, at one temperature.
public struct ClassStructure: Sendable, Equatable, Codable {
  /// How the temperature was chosen.
  public enum Place: String, Sendable, Codable {
    /// By the matched perplexity.
    case perplexity
    /// By the minimum of the loss, where no temperature has the perplexity.
    case minimum
  }

  public let place: Place
  public let temperature: Double
  public let relativeTemperature: Double
  /// Of classes with two samples or more.
  public let losses: [ClassLoss]
  /// The classes of the rows and columns below: those with a sample.
  public let classes: [String]
  /// Soft confusion P[c→c']: the mean over i in c of the share of Σ_k e^{−d_ik/T} that class c'
  /// holds. Rows sum to 1; the diagonal is the soft-neighbor accuracy.
  public let confusion: [[Double]]
  /// The loss of the samples of two classes alone, at this temperature; symmetric. nil on the
  /// diagonal and where neither class has two samples.
  public let pairs: [[Double?]]
  /// l(T → ∞) of each pair, nil where `pairs` is.
  public let pairChances: [[Double?]]

  package init(
    place: Place, temperature: Double, relativeTemperature: Double, losses: [ClassLoss],
    classes: [String], confusion: [[Double]], pairs: [[Double?]], pairChances: [[Double?]]
  ) {
    self.place = place
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.losses = losses
    self.classes = classes
    self.confusion = confusion
    self.pairs = pairs
    self.pairChances = pairChances
  }
}
