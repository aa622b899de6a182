import ActivationFiles
import Neighbors
import Reporting

extension NeighborReport {
  /// The lists, where they are too long for text.
  var made: [MadeFile] {
    guard hasListsFile else { return [] }
    return [
      MadeFile(name: Self.listsFile) { (path: String) throws(CommandError) in
        do throws(ActivationFileError) {
          try NeighborListWriter.write(
            lists.layers.map { layer in
              NeighborListWriter.Layer(
                name: layer.name, neighborCount: layer.lists.neighborCount, rows: layer.lists.rows,
                distances: layer.lists.distances)
            }, bankIDs: lists.bankIDs, queryIDs: lists.queryIDs, to: path)
        } catch {
          throw CommandError(error, verbose: false)
        }
      }
    ]
  }
}
