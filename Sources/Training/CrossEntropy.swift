internal import ElementaryFunctions
internal import Entanglement

/// The mean cross-entropy of softmax(logits) in nats, with its gradient.
package struct CrossEntropy {
  package let loss: Double
  package let correctCount: Int
  package let gradient: Matrix

  package init(_ logits: Matrix, classes: [Int32]) {
    var gradient = logits
    let (rows, columns) = (logits.rowCount, logits.columnCount)
    var loss = 0.0
    var correct = 0
    for row in 0..<rows {
      let values = logits.values[row * columns..<(row + 1) * columns].map(Double.init)
      let largest = values.max() ?? 0
      let weights = values.map { Elementary.exp($0 - largest) }
      let sum = weights.reduce(0, +)
      let label = Int(classes[row])
      loss += Elementary.log(sum) - (values[label] - largest)
      if logits.prediction(ofRow: row) == label { correct += 1 }
      for column in 0..<columns {
        gradient.values[row * columns + column] = Float(
          (weights[column] / sum - (column == label ? 1 : 0)) / Double(rows))
      }
    }
    self.loss = loss / Double(rows)
    correctCount = correct
    self.gradient = gradient
  }
}

extension Matrix {
  /// The column of the largest value of a row; the first of equal ones.
  func prediction(ofRow row: Int) -> Int {
    var best = 0
    for column in 1..<max(columnCount, 1)
    where values[row * columnCount + column] > values[row * columnCount + best] {
      best = column
    }
    return best
  }
}
