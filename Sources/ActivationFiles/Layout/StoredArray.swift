/// An array of numbers in a file: where it is and what form it has, enough to read any rows of it.
package struct StoredArray: Sendable, Equatable {
  package enum Place: Sendable, Equatable {
    /// A dataset of an HDF5 file.
    case dataset(path: String)
    /// Bytes of the file as they are, from an offset on; perhaps in a member of an archive.
    case bytes(offset: Int, of: ArchiveMember?)
    /// A deflated member of an archive, of which the first `skipped` bytes are no values.
    case deflated(ArchiveMember, skipped: Int)
  }

  /// A member of a compound: each element of the array is a record that holds it.
  package struct Member: Sendable, Equatable {
    package let recordSize: Int
    package let offset: Int
    /// The extents of the member itself; empty for a single number.
    package let extents: [Int]
  }

  /// The file, as its path was given.
  package let file: String
  package let place: Place
  /// What a person calls the place: `/epoch_0/layer1`, `/table.activation`.
  package var name: String
  /// The extents in the file, of numbers or of records.
  package let extents: [Int]
  package var type: ElementType
  package let member: Member?
  /// Rows that a reader takes at once at no loss: those of a chunk; 1 where any will do.
  package var chunk: [Int]?
  /// Whether other files may be opened for its values.
  package let followsOtherFiles: Bool
  /// Whether a person counts the axes from the last stored one on: NumPy shows an array that it
  /// stores by columns (`fortran_order`) with the first axis first.
  package let isFortranOrder: Bool
  /// What its stored numbers mean, if that is not what they are.
  package var meaning: ValueMeaning?

  package init(
    file: String, place: Place, name: String, extents: [Int], type: ElementType,
    member: Member? = nil, chunk: [Int]? = nil, followsOtherFiles: Bool = false,
    isFortranOrder: Bool = false, meaning: ValueMeaning? = nil
  ) {
    self.isFortranOrder = isFortranOrder
    self.meaning = meaning
    self.file = file
    self.place = place
    self.name = name
    self.extents = extents
    self.type = type
    self.member = member
    self.chunk = chunk
    self.followsOtherFiles = followsOtherFiles
  }

  /// The bytes of one element as the file has them: a number, or a record.
  var elementSize: Int { member?.recordSize ?? type.size }
  /// The numbers of one element.
  var numbersPerElement: Int { member?.extents.reduce(1, *) ?? 1 }
  /// All extents, those within a record last.
  package var shape: [Int] { extents + (member?.extents ?? []) }
  /// The stored axes in the order a person counts them in: `--sample-axis 1` is the second of these.
  var countedAxes: [Int] { isFortranOrder ? shape.indices.reversed() : Array(shape.indices) }
  /// The extents in the order of `countedAxes`.
  var countedShape: [Int] { countedAxes.map { shape[$0] } }
}

/// How a stored array is seen as samples × features: perhaps one index of one axis only, and the
/// other axes in an order that has the samples first.
package struct AxisView: Sendable, Equatable {
  package struct Fixed: Sendable, Equatable {
    package let axis: Int
    package let index: Int

    package init(axis: Int, index: Int) {
      self.axis = axis
      self.index = index
    }
  }

  package let fixed: Fixed?
  /// The stored axes that remain, in the order they are seen.
  package let order: [Int]

  package init(rank: Int, fixed: Fixed? = nil, order: [Int]? = nil) {
    self.fixed = fixed
    self.order = order ?? (0..<rank).filter { $0 != fixed?.axis }
  }

  package func shape(of stored: [Int]) -> [Int] { order.map { stored[$0] } }

  /// The fixed index as Python writes it: `[:,2]`; nil if there is none.
  func subscriptText(of array: StoredArray) -> String? {
    fixed.map { fixed in
      let place = array.countedAxes.firstIndex(of: fixed.axis) ?? fixed.axis
      return "[" + String(repeating: ":,", count: place) + "\(fixed.index)]"
    }
  }

  /// Whether what is seen lies in the order it is stored in.
  var keepsOrder: Bool { zip(order, order.dropFirst()).allSatisfy { $0 < $1 } }
}

/// Rows of a layer that come from one array.
package struct LayerPiece: Sendable, Equatable {
  package let array: StoredArray
  package let view: AxisView
  /// The rows to take, from the first on.
  package let rowCount: Int
  /// Whether the whole array is one sample, without an axis of samples.
  package let isOneSample: Bool

  package init(array: StoredArray, view: AxisView, rowCount: Int, isOneSample: Bool = false) {
    self.array = array
    self.view = view
    self.rowCount = rowCount
    self.isOneSample = isOneSample
  }

  /// The axis of the samples as a person counts it; nil if the array is one sample.
  var countedSampleAxis: Int? {
    guard !isOneSample, let axis = view.order.first else { return nil }
    return array.countedAxes.firstIndex(of: axis) ?? axis
  }

  /// The extents as seen, samples first.
  var shape: [Int] {
    let seen = view.shape(of: array.shape)
    return isOneSample ? [1] + seen : [rowCount] + seen.dropFirst()
  }
}
