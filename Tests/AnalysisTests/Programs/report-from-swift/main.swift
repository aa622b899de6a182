import Analysis

var options = AnalysisOptions()
options.settings.distance = .cosine
let plan = try AnalysisPlan(files: ["activations.h5"], options: options)
let results = try AnalysisRun(plan).results()
for layer in results.histories[0].profiles.last?.layers ?? [] {
  print(layer.name, layer.entanglement.minimum?.loss ?? .nan)
}
try results.report().write(to: "Reports/activations")
