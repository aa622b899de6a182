public import Activations

/// Inputs of a network with their labels.
public struct LabeledInputs: Sendable {
  /// The extents of one sample: features, or height × width × channels.
  package let shape: [Int]
  /// Samples by the product of `shape`, row-major.
  package let values: [Float]
  package let labels: ClassLabels

  package var sampleCount: Int { labels.sampleCount }

  /// - Precondition: the values are whole samples.
  public init(shape: [Int], values: [Float], labels: ClassLabels) {
    let features = shape.reduce(1, *)
    precondition(
      features > 0 && values.count % features == 0,
      "\(values.count) values are no whole samples of \(features)")
    self.shape = shape
    self.values = values
    self.labels = labels
  }

  /// The samples at some rows.
  package func rows(_ rows: [Int]) -> LabeledInputs {
    let matrix = matrix.rows(rows)
    return LabeledInputs(shape: shape, values: matrix.values, labels: labels.rows(rows))
  }

  var matrix: Matrix {
    let features = shape.reduce(1, *)
    return Matrix(rowCount: values.count / features, columnCount: features, values: values)
  }
}

/// What a network is trained on and what it is recorded on.
///
/// Inputs are brought to mean 0 and variance 1 of the training values: each feature by itself where
/// a sample is a list of features, all together where it is an image. A feature that is constant in
/// training is only centred.
public struct TrainingData: Sendable {
  package let classNames: [String]
  let shape: [Int]
  let train: Matrix
  let test: Matrix
  let trainClasses: [Int32]
  let testClasses: [Int32]
  /// Training samples that were held out.
  let validation: Matrix
  let validationClasses: [Int32]
  /// The test inputs as they were given, and the least and the largest training input.
  let givenTest: [Float]
  let range: ClosedRange<Float>
  private let scaling: InputScaling

  package var testCount: Int { test.rowCount }
  package var trainCount: Int { train.rowCount }

  /// Refuses parts that do not go into one network.
  /// - Parameters:
  ///   - share: Of the training samples, held out for validation: drawn so that each class keeps its
  ///     share. They decide neither weights nor the scaling of inputs.
  ///   - seed: Of that draw.
  public init(
    train: LabeledInputs, test: LabeledInputs, validation share: Double = 0, seed: UInt64 = 0
  ) throws(TrainingError) {
    for (part, inputs) in [("train", train), ("test", test)] {
      let count = inputs.matrix.rowCount
      guard count > 0 else { throw .noSamples(part) }
      guard inputs.labels.sampleCount == count else {
        throw .labelCount(part, labels: inputs.labels.sampleCount, samples: count)
      }
      if let place = inputs.values.firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite("\(part)/inputs", row: place / (inputs.values.count / count))
      }
    }
    guard train.shape == test.shape else {
      throw .shapesDiffer(train: train.shape, test: test.shape)
    }
    let all = train
    var generator = SplitMix64(seed: seed)
    let heldOut = StratifiedSample(
      count: Int((share * Double(all.sampleCount)).rounded()), of: all.labels, using: &generator
    ).rows
    guard heldOut.count < all.sampleCount else { throw .noSamples("train") }
    let isHeldOut = Set(heldOut)
    let train =
      heldOut.isEmpty
      ? all : all.rows((0..<all.sampleCount).filter { !isHeldOut.contains($0) })
    let validation = all.rows(heldOut)
    let used = Set(train.labels.indices)
    guard used.count > 1 else {
      throw .singleClass(name: train.labels.indices.first.map { train.labels.names[Int($0)] } ?? "")
    }
    classNames = all.labels.names
    let index = Dictionary(uniqueKeysWithValues: zip(classNames, Int32(0)...))
    var testClasses: [Int32] = []
    for label in test.labels.indices {
      let name = test.labels.names[Int(label)]
      guard let place = index[name], used.contains(place) else { throw .unknownClass(name: name) }
      testClasses.append(place)
    }
    shape = train.shape
    trainClasses = train.labels.indices
    validationClasses = validation.labels.indices
    self.testClasses = testClasses
    scaling = InputScaling(train.matrix, byFeature: shape.count == 1)
    givenTest = test.values
    range = (train.values.min() ?? 0)...(train.values.max() ?? 0)
    self.train = scaling.applied(to: train.matrix)
    self.test = scaling.applied(to: test.matrix)
    self.validation = scaling.applied(to: validation.matrix)
  }

  /// Other inputs of the network, scaled as those of training are.
  func scaled(
    _ values: [Float], shape: [Int], part: String
  ) throws(TrainingError) -> Matrix {
    guard shape == self.shape else {
      throw .shapesDiffer(train: self.shape, test: shape, part: part)
    }
    let width = shape.reduce(1, *)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite("\(part)/inputs", row: place / width)
    }
    return scaling.applied(
      to: Matrix(rowCount: values.count / width, columnCount: width, values: values))
  }
}

/// (x − mean)·scale, by feature or for all features alike.
private struct InputScaling: Sendable {
  private let means: [Double]
  private let scales: [Double]

  init(_ inputs: Matrix, byFeature: Bool) {
    let columns = inputs.columnCount
    let count = Double(inputs.rowCount)
    var means = Array(repeating: 0.0, count: columns)
    for row in 0..<inputs.rowCount {
      for column in 0..<columns {
        means[column] += Double(inputs.values[row * columns + column]) / count
      }
    }
    if !byFeature {
      means = Array(repeating: means.reduce(0, +) / Double(columns), count: columns)
    }
    var variances = Array(repeating: 0.0, count: columns)
    for row in 0..<inputs.rowCount {
      for column in 0..<columns {
        let deviation = Double(inputs.values[row * columns + column]) - means[column]
        variances[column] += deviation * deviation / count
      }
    }
    if !byFeature {
      variances = Array(repeating: variances.reduce(0, +) / Double(columns), count: columns)
    }
    self.means = means
    scales = variances.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
  }

  func applied(to inputs: Matrix) -> Matrix {
    var scaled = inputs
    let columns = inputs.columnCount
    scaled.values.withUnsafeMutableBufferPointer { values in
      for place in values.indices {
        let column = place % columns
        values[place] = Float((Double(values[place]) - means[column]) * scales[column])
      }
    }
    return scaled
  }
}
