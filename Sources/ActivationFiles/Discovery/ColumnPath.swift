/// The path of a dataset, perhaps with one of its columns: `/events[2]`.
struct ColumnPath {
  let path: String
  let column: Int?

  init(_ text: String) {
    if text.hasSuffix("]"), let open = text.lastIndex(of: "["),
      let column = Int(text[text.index(after: open)...].dropLast())
    {
      path = String(text[..<open])
      self.column = column
    } else {
      path = text
      column = nil
    }
  }
}

extension DatasetDescription {
  /// One column of it as a vector; all of it where none is asked for.
  func column(_ column: Int?, in file: String) throws(ActivationFileError) -> DatasetDescription {
    guard let column else { return self }
    let stored = array(in: file)
    let order = (view ?? AxisView(rank: stored.shape.count)).order
    guard let shape, shape.count == 2, (0..<shape[1]).contains(column), order.count == 2,
      stored.member == nil
    else {
      throw .noSuchColumn(
        DatasetSite(file: file, path: path, layer: nil), column: column, shape ?? [])
    }
    var copy = self
    copy.shape = [shape[0]]
    copy.array = stored.named("\(stored.name)[\(column)]")
    copy.view = AxisView(
      rank: 2, fixed: .init(axis: order[1], index: column), order: [order[0]])
    return copy
  }
}
