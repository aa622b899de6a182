/// The polynomial with given values and slopes: of degree 2n − 1 through n knots.
///
/// Newton's form on doubled knots; O(n²) to make, O(n) to evaluate.
struct HermitePolynomial {
  struct Knot {
    let x: Double
    let value: Double
    let slope: Double
  }

  private let places: [Double]
  private let coefficients: [Double]

  /// - Precondition: No two knots share a place.
  init(_ knots: [Knot]) {
    places = knots.flatMap { [$0.x, $0.x] }
    var differences = knots.flatMap { [$0.value, $0.value] }
    for order in 1..<max(places.count, 1) {
      for index in stride(from: places.count - 1, through: order, by: -1) {
        let width = places[index] - places[index - order]
        differences[index] =
          width == 0
          ? knots[index / 2].slope : (differences[index] - differences[index - 1]) / width
      }
    }
    coefficients = differences
  }

  func value(_ x: Double) -> Double {
    zip(coefficients, places).reversed().reduce(0) { $1.0 + (x - $1.1) * $0 }
  }
}
