package import Charts

/// What figures are asked to show, and how, beside the venue they are for.
public struct FigureLook: Sendable, Equatable {
  /// In which order the classes of the confusion matrices stand.
  public enum ClassOrder: String, CaseIterable, Sendable {
    /// All layers in one.
    case shared
    /// Each in that of its own tree.
    case layer
  }

  /// Of the confusion matrices.
  public var classOrder: ClassOrder
  /// The names of those that are drawn; nil for all.
  public var figures: Set<String>?
  /// Whether (a), (b), … stand before the titles of panels.
  public var hasPanelLetters: Bool
  /// What layers are called, by their names.
  public var layerNames: [String: String]
  /// The layers that come first, in this order.
  public var layerOrder: [String]
  /// What classes are called, by their names.
  public var classNames: [String: String]
  /// The titles of figures, by the figures' names.
  public var titles: [String: String]
  /// By the layers' names.
  package var layerColors: [String: RGB]

  /// - Parameters:
  ///   - classOrder: Of the confusion matrices.
  ///   - figures: The names of those that are drawn; nil for all.
  ///   - hasPanelLetters: Whether (a), (b), … stand before the titles of panels.
  ///   - layerNames: What layers are called, by their names.
  ///   - layerOrder: The layers that come first, in this order.
  ///   - classNames: What classes are called, by their names.
  ///   - titles: The titles of figures, by the figures' names.
  public init(
    classOrder: ClassOrder = .shared, figures: Set<String>? = nil, hasPanelLetters: Bool = false,
    layerNames: [String: String] = [:], layerOrder: [String] = [],
    classNames: [String: String] = [:], titles: [String: String] = [:]
  ) {
    self.classOrder = classOrder
    self.figures = figures
    self.hasPanelLetters = hasPanelLetters
    self.layerNames = layerNames
    self.layerOrder = layerOrder
    self.classNames = classNames
    self.titles = titles
    layerColors = [:]
  }

  package func shows(_ name: String) -> Bool { figures?.contains(name) ?? true }

  /// All figures that a report may have.
  public static let figureNames = [
    "entanglement-over-training", "entanglement-by-layer", "perplexity-over-training",
    "perplexity-by-layer", "temperature-curves", "temperature-curves-by-checkpoint",
    "temperature-curves-by-file", "temperature-curves-by-group", "perplexity-curves",
    "layer-checkpoint-heatmap", "layer-file-heatmap", "layer-group-heatmap", "class-confusion",
    "class-trajectories", "class-losses", "sample-map", "sample-size", "batches",
    "entanglement-at-schedule",
  ]
}
