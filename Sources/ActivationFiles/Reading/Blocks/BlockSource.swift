/// A block of an array: where it starts and how far it reaches along each axis.
struct ArrayBlock: Equatable {
  var start: [Int]
  var extents: [Int]

  var count: Int { extents.reduce(1, *) }
}

/// An array that was opened to read blocks of it as the bytes they are stored in.
protocol BlockSource {
  /// Fills `buffer` with the elements of a block in the order of the array's axes.
  /// - Precondition: the buffer has the block's size, and the block lies inside of the array.
  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError)

  /// Makes numbers of a type that only the library knows native doubles, in place.
  /// - Precondition: the buffer has 16 bytes for each of `count` numbers.
  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError)

  /// Ends the reading; to be called exactly once.
  func close()
}

extension BlockSource {
  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    preconditionFailure("every type outside of HDF5 is known here")
  }

  func close() {}
}

/// The elements of a block of `extents` inside of a larger array of `whole` extents, as runs of
/// elements that lie side by side in the larger one.
struct BlockRuns {
  /// Elements of a run.
  let length: Int
  private let axes: Int
  private let block: ArrayBlock
  private let strides: [Int]

  init(_ block: ArrayBlock, in whole: [Int]) {
    var strides = Array(repeating: 1, count: whole.count)
    for axis in whole.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * whole[axis + 1]
    }
    // Trailing axes that are taken whole make one run with the axis before them.
    var axes = whole.count
    var length = 1
    while axes > 0 {
      axes -= 1
      length *= block.extents[axes]
      if block.extents[axes] != whole[axes] { break }
    }
    self.axes = axes
    self.length = length
    self.block = block
    self.strides = strides
  }

  /// Calls `body` with the position in the whole array of each run's first element, in the order
  /// of the block's elements.
  func visit<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
    let base = zip(block.start, strides).reduce(0) { $0 + $1.0 * $1.1 }
    guard !block.extents.contains(0) else { return }
    var index = Array(repeating: 0, count: axes)
    var position = base
    while true {
      try body(position)
      var axis = axes - 1
      while axis >= 0 {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < block.extents[axis] { break }
        position -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }
}
