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
