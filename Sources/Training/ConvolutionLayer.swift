internal import Activations
internal import PairwiseDistances

/// A convolution of 3 × 3 with zeros around the image, the maximum over 2 × 2, then max(0, ·).
///
/// Images are height × width × channels, row-major; an odd last row or column is left out by the
/// maximum.
struct ConvolutionLayer: Layer {
  let name: String
  private let height: Int
  private let width: Int
  private let channels: Int
  private let map: AffineMap

  /// - Parameter inputShape: height, width, channels.
  init(name: String, inputShape: [Int], outputChannels: Int) {
    precondition(inputShape.count == 3, "an image has three extents")
    self.name = name
    height = inputShape[0]
    width = inputShape[1]
    channels = inputShape[2]
    map = AffineMap(inputCount: 9 * inputShape[2], outputCount: outputChannels)
  }

  var outputShape: [Int] { [height / 2, width / 2, map.outputCount] }
  var parameterCount: Int { map.parameterCount }

  func initialParameters(using generator: inout SplitMix64) -> [Float] {
    map.initialParameters(using: &generator)
  }

  func forward(
    _ input: Matrix, parameters: UnsafePointer<Float>, on instructionSet: InstructionSet
  ) -> LayerTrace {
    let patches = patches(of: input)
    let maps = map.apply(to: patches, parameters: parameters, on: instructionSet)
    var output = Matrix(
      rowCount: input.rowCount, columnCount: outputShape.reduce(1, *))
    var winners = Array(repeating: UInt8(0), count: output.values.count)
    maps.values.withUnsafeBufferPointer { maps in
      output.values.withUnsafeMutableBufferPointer { output in
        eachPooled(rowCount: input.rowCount) { place, corners in
          var best = 0
          for corner in 1..<4 where maps[corners[corner]] > maps[corners[best]] { best = corner }
          output[place] = max(maps[corners[best]], 0)
          winners[place] = UInt8(best)
        }
      }
    }
    return LayerTrace(input: input, output: output, patches: patches, winners: winners)
  }

  func backward(
    _ gradient: Matrix, through trace: LayerTrace, parameters: UnsafePointer<Float>,
    into parameterGradient: UnsafeMutablePointer<Float>, wantsInput: Bool,
    on instructionSet: InstructionSet
  ) -> Matrix? {
    guard let patches = trace.patches else { return nil }
    let inner = gradient.masked(by: trace.output)
    var maps = Matrix(rowCount: patches.rowCount, columnCount: map.outputCount)
    inner.values.withUnsafeBufferPointer { inner in
      maps.values.withUnsafeMutableBufferPointer { maps in
        eachPooled(rowCount: gradient.rowCount) { place, corners in
          maps[corners[Int(trace.winners[place])]] = inner[place]
        }
      }
    }
    map.addGradient(of: patches, maps, to: parameterGradient, on: instructionSet)
    guard wantsInput else { return nil }
    return images(
      of: map.inputGradient(maps, parameters: parameters, on: instructionSet),
      rowCount: gradient.rowCount)
  }

  /// Each pooled value by its place in the output and the places of its four in the maps.
  private func eachPooled(
    rowCount: Int, _ body: (Int, Corners) -> Void
  ) {
    let depth = map.outputCount
    var place = 0
    for row in 0..<rowCount {
      for y in 0..<height / 2 {
        for x in 0..<width / 2 {
          let first = ((row * height + 2 * y) * width + 2 * x) * depth
          for channel in 0..<depth {
            let corner = first + channel
            body(place, Corners(first: corner, right: depth, below: width * depth))
            place += 1
          }
        }
      }
    }
  }

  /// The four places of a 2 × 2 square.
  private struct Corners {
    let first: Int
    let right: Int
    let below: Int

    subscript(corner: Int) -> Int {
      first + (corner & 1) * right + (corner >> 1) * below
    }
  }

  /// One row a pixel: the 3 × 3 × channels values around it.
  private func patches(of input: Matrix) -> Matrix {
    var patches = Matrix(
      rowCount: input.rowCount * height * width, columnCount: map.inputCount)
    patches.values.withUnsafeMutableBufferPointer { patches in
      input.values.withUnsafeBufferPointer { input in
        eachTap(rowCount: input.count / (height * width * channels)) { patch, pixel in
          for channel in 0..<channels { patches[patch + channel] = input[pixel + channel] }
        }
      }
    }
    return patches
  }

  /// The sum of the patches back at their pixels.
  private func images(of patches: Matrix, rowCount: Int) -> Matrix {
    var images = Matrix(rowCount: rowCount, columnCount: height * width * channels)
    images.values.withUnsafeMutableBufferPointer { images in
      patches.values.withUnsafeBufferPointer { patches in
        eachTap(rowCount: rowCount) { patch, pixel in
          for channel in 0..<channels { images[pixel + channel] += patches[patch + channel] }
        }
      }
    }
    return images
  }

  /// Each place of a patch that lies within the image, with the place of its pixel.
  private func eachTap(rowCount: Int, _ body: (_ patch: Int, _ pixel: Int) -> Void) {
    for row in 0..<rowCount {
      for y in 0..<height {
        for x in 0..<width {
          let patch = ((row * height + y) * width + x) * map.inputCount
          for tap in 0..<9 {
            let (fromY, fromX) = (y + tap / 3 - 1, x + tap % 3 - 1)
            guard fromY >= 0, fromY < height, fromX >= 0, fromX < width else { continue }
            body(patch + tap * channels, ((row * height + fromY) * width + fromX) * channels)
          }
        }
      }
    }
  }
}
