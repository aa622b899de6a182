import Analysis

let before = try BaselineRun(files: ["before.h5"]).measurements()
try BaselineFile(path: "baseline.json").write(before)

let rules = [RegressionRule.standard(), RegressionRule(measure: .minimum, maximum: 0.5)]
let check = try CheckRun(files: ["after.h5"], baseline: "baseline.json", rules: rules).check()
for result in check.results {
  print(result.verdict, result.checkpoint, result.layer, result.message)
}
