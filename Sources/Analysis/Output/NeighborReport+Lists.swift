internal import ActivationFiles
internal import Neighbors
package import Reporting

extension NeighborReport {
  /// The lists, where they are too long for text.
  package var made: [MadeFile] {
    guard hasListsFile else { return [] }
    return [
      MadeFile(name: Self.listsFile) { (path: String) throws(AnalysisError) in
        do throws(ActivationFileError) {
          try NeighborListWriter.write(
            lists.layers.map { layer in
              NeighborListWriter.Layer(
                name: layer.name, neighborCount: layer.lists.neighborCount, rows: layer.lists.rows,
                distances: layer.lists.distances)
            }, bankIDs: lists.bankIDs, queryIDs: lists.queryIDs, to: path)
        } catch {
          throw AnalysisError(error)
        }
      }
    ]
  }
}
