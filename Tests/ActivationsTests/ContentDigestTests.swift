import Activations
import Testing

@Suite struct ContentDigestTests {
  private func digest(_ add: (inout ContentDigest) -> Void) -> String {
    var digest = ContentDigest()
    add(&digest)
    return "\(digest)"
  }

  @Test("Contents that differ in one bit, in length or in where they are cut have other digests")
  func distinct() {
    var contents: [[[UInt8]]] = [[], [[]], [[], []], [[0]], [[0, 0]], [[0], [0]]]
    for length in [7, 8, 31, 32, 33, 64, 100] {
      let plain = (0..<length).map { UInt8($0 * 7 % 251) }
      contents.append([plain])
      for position in [0, length / 2, length - 1] {
        for bit in 0..<8 {
          var changed = plain
          changed[position] ^= 1 << bit
          contents.append([changed])
        }
      }
    }
    let digests = contents.map { parts in digest { for part in parts { $0.add(part) } } }
    #expect(Set(digests).count == contents.count)
    #expect(digests.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test("The same content has the same digest, also on another day")
  func stable() {
    #expect(
      digest { $0.add("soft nearest neighbor") } == digest { $0.add("soft nearest neighbor") })
  }

  @Test("Shape, type, values, labels and class names all count")
  func layers() {
    let values: [Float] = [1, 2, 3, 4, 5, 6]
    let matrices = [
      ActivationMatrix(sampleCount: 2, featureCount: 3, values: values),
      ActivationMatrix(sampleCount: 3, featureCount: 2, values: values),
      ActivationMatrix(sampleCount: 3, featureCount: 2, values: values.map(Double.init)),
      ActivationMatrix(sampleCount: 3, featureCount: 2, values: values.reversed()),
    ]
    #expect(Set(matrices.map { matrix in digest { $0.add(matrix) } }).count == 4)
    let labels = [
      ClassLabels([0, 1, 1] as [Int64]), ClassLabels([0, 0, 1] as [Int64]),
      ClassLabels([0, 2, 2] as [Int64]),
    ]
    #expect(Set(labels.map { labels in digest { $0.add(labels) } }).count == 3)
  }
}
