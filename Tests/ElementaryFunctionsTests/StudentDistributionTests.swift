import ElementaryFunctions
import TestSupport
import Testing

/// Against SciPy 1.17.1, whose own errors are some 1e-14.
@Suite struct StudentDistributionTests {
  private static let tolerance = 1e-12

  /// `2 * stats.t.sf(x, df)` for x = 0.3, 2.5, 40; `stats.t.isf(0.025, df)`, `stats.t.isf(5e-5, df)`.
  private static let values: [[Double]] = [
    [
      1, 0.8144528418445154, 0.24223788318168682, 0.015912179824051624,
      12.706204736174705, 6366.197671315936,
    ],
    [
      2, 0.7924856608401776, 0.12961172022151082, 0.0006244146721847406,
      4.302652729749464, 99.99249984374454,
    ],
    [
      2.5, 0.7873423714951973, 0.1045699630781554, 0.0001419563429049338,
      3.5746548420036834, 46.02421524694992,
    ],
    [
      3, 0.783763292039919, 0.08770664700806556, 3.4380680789158506e-05,
      3.1824463052837086, 28.000130010948972,
    ],
    [
      4.7, 0.7769884759339971, 0.05759215934686732, 3.8918611107283634e-07,
      2.6207260753531707, 12.135643528895763,
    ],
    [
      9, 0.7709907037415248, 0.033861827682985735, 1.8982998449339822e-11,
      2.2621571627982053, 6.593682583944785,
    ],
    [
      10, 0.7703206075657986, 0.03144684423660882, 2.2808577430857535e-12,
      2.2281388519862753, 6.211050891290663,
    ],
    [
      29, 0.7663170933289678, 0.018325344338426086, 6.346877329729342e-27,
      2.045229642132704, 4.505511631210962,
    ],
    [
      99.25, 0.7648045795301529, 0.014058362520572418, 5.029423795561735e-63,
      1.9841551240793278, 4.054611819295209,
    ],
    [
      1000, 0.7642395041672441, 0.012578567801090807, 1.0478852155173272e-209,
      1.9623390808264085, 3.906343736701382,
    ],
  ]

  @Test("Tails and quantiles are SciPy's, for whole and other degrees of freedom")
  func values() {
    for row in Self.values {
      let distribution = StudentDistribution(degreesOfFreedom: row[0])
      for (x, tail) in zip([0.3, 2.5, 40], row[1...3]) {
        #expect(
          isClose(distribution.twoSidedTail(x), tail, relative: Self.tolerance), "\(row[0]), \(x)")
        #expect(distribution.twoSidedTail(-x) == distribution.twoSidedTail(x))
      }
      for (probability, quantile) in zip([0.05, 1e-4], row[4...5]) {
        #expect(
          isClose(
            distribution.twoSidedQuantile(probability), quantile, relative: Self.tolerance),
          "\(row[0]), \(probability)")
      }
    }
  }

  @Test("With one degree of freedom the quantile is Cauchy's, and the cumulative is symmetric")
  func cauchy() {
    let distribution = StudentDistribution(degreesOfFreedom: 1)
    // tan(π/4) = 1.
    #expect(isClose(distribution.twoSidedQuantile(0.5), 1, relative: Self.tolerance))
    #expect(distribution.cumulative(0) == 0.5)
    for x in [0.1, 1, 3, 70] {
      #expect(
        isClose(
          distribution.cumulative(x) + distribution.cumulative(-x), 1, relative: Self.tolerance))
    }
    #expect(distribution.twoSidedTail(.infinity) == 0 && distribution.twoSidedTail(0) == 1)
  }

  @Test("The quantile is where the tail is, over all sizes")
  func inverse() {
    for degrees in [1, 2, 3.3, 7, 40, 900] {
      let distribution = StudentDistribution(degreesOfFreedom: degrees)
      for probability in [0.999, 0.8, 0.2, 0.05, 1e-3, 1e-9] {
        let tail = distribution.twoSidedTail(distribution.twoSidedQuantile(probability))
        #expect(isClose(tail, probability, relative: 1e-11), "\(degrees), \(probability)")
      }
    }
  }
}
