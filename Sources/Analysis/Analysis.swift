// Analysis joins the libraries: files in, one result record out. The command parses words and calls
// it.
//
// The way of one layer, from its file to the report (file: function, and what it does):
//
//   plan
//     AnalysisPlan: init(files:options:)      checkpoints, layers and labelings are found
//   run
//     AnalysisRun: results()                  all of the run, from the plan to the histories
//     CheckpointInput: all(of:)               labels and scheduled temperatures of each checkpoint
//     LayerSchedule: run(untilFailure:)       small layers a thread each, large ones on all threads
//   one layer
//     AnalysisRun: compute()                  its labelings, those of the same rows together
//     LayerRun: profiles(by:)                 the rows are read; what the cache has is not computed
//     LayerRows: matrix(within:), rows()      those rows, all or drawn, from ActivationFiles
//   one labeling, in Entanglement
//     LayerLabelings: entanglement(by:)       the first one computes distances, others read them
//     CheckedRows: init(of:for:)              refuses what has no loss, leaves rows of zeros out
//     PreparedLayer: init()                   rows in class order, and LayerPasses over their pairs
//     SoftNearestNeighborLoss: entanglement(of:)   from curve to record, one stage after another:
//       MinimumSearch: run()                    the temperatures asked for, then towards the minima
//       SweepEvaluation: evaluate()             losses at temperatures, as many as a pass serves
//       LayerPasses: sums(), reduce()           one pass over all pairs, by PairwiseDistances
//       AnchorAlgebra                           the equation: from an anchor's sums to its loss
//       LayerFindings: find()                   the matched perplexity, and there and at the minimum
//       SoftNeighborhoodPasses: run()           intervals, classes, samples, shuffled labels
//       LayerEntanglement                       the record
//     LayerParts: studied()                   sub-samples, batches and identity checks beside it
//   results
//     AnalysisPlan: history(of:)              the records of a labeling, by checkpoint and layer
//     AnalysisResults: report()               with their provenance, for every format of Reporting
//     Report+Writing: write(to:)              files, renamed into place one by one
//
// Larger than memory, a layer goes the same way over the disk (SoftNearestNeighborLoss+Streaming).
// Divided among processes (Units/), UnitRun plans which layers each computes, each of these goes the
// same way and ends as a StoredLayer, and the results are made of these.
// Check/ measures layers and holds them against a baseline; Sides/ searches neighbors and outliers;
// Training/ trains and records.

// Who imports `Analysis` has the types of its results and options with it.
@_exported public import ActivationFiles
@_exported public import Activations
@_exported public import Charts
@_exported public import Entanglement
@_exported public import Neighbors
@_exported public import PairwiseDistances
@_exported public import RegressionChecks
@_exported public import Reporting
@_exported public import Training
