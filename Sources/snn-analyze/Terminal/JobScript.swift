import ActivationFiles
import Analysis

/// The scheduler that a divided run is given to.
enum Engine: String, CaseIterable {
  case slurm, kubernetes, shell

  /// What takes the script on its standard input.
  var submitter: [String] {
    switch self {
    case .slurm, .shell: ["/bin/sh"]
    case .kubernetes: ["/usr/bin/env", "kubectl", "apply", "-f", "-"]
    }
  }
}

/// What has a scheduler work on shards and then merge: a script for `sh`, or a manifest for `kubectl`.
struct JobScript {
  let plan: UnitPlan
  /// From the root, as the processes see it.
  let folder: String
  /// Where the report goes, from the root.
  let report: String
  /// The path of the command.
  let program: String
  let shards: ShardList
  /// Threads of a process.
  let threadCount: Int
  /// Lines for the scheduler, such as `--partition=long`.
  var directives: [String] = []
  /// Of Kubernetes: the image, and the volume with where it is mounted.
  var container: (image: String, claim: String, mount: String)?

  func text(for engine: Engine) -> String {
    switch engine {
    case .slurm: slurm
    case .kubernetes: kubernetes
    case .shell: shell
    }
  }

  private var name: String {
    let letters = folder.fileStem.lowercased().map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    let trimmed = String(letters).split(separator: "-").joined(separator: "-")
    return "snn-" + (trimmed.isEmpty ? "run" : String(trimmed.prefix(40)))
  }

  private var mebibytes: Int { (plan.memory >> 20) + 64 }

  private func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  private func work(_ shard: String) -> String {
    "\(quoted(program)) work \(quoted(folder)) --shard \(shard) --threads \(threadCount)"
  }

  private var merge: String { "\(quoted(program)) merge \(quoted(folder)) -o \(quoted(report))" }

  // MARK: - Slurm

  /// The merge is behind the array however its tasks end: what is missing it says, with the line that
  /// computes just that.
  private var slurm: String {
    func head(_ what: String, _ log: String) -> [String] {
      [
        "#!/bin/sh", "#SBATCH --job-name=\(name)-\(what)", "#SBATCH --requeue",
        "#SBATCH --open-mode=append", "#SBATCH --output=\(folder)/\(log)",
      ] + directives.map { "#SBATCH \($0)" }
    }
    let work =
      head("work", "work-%a.txt") + [
        "#SBATCH --array=\(shards)", "#SBATCH --cpus-per-task=\(threadCount)",
        "#SBATCH --mem=\(mebibytes)M", "exec " + self.work("\"$SLURM_ARRAY_TASK_ID\""),
      ]
    let merge = head("merge", "merge.txt") + ["exec " + self.merge]
    var lines = [
      "#!/bin/sh",
      "# Submits the shards \(shards) of \(folder) as an array, and the merge behind them.",
      "# A task whose node is lost runs again; what else ends a task, the merge tells of.",
    ]
    if let last = shards.shards.last, last > 1000 {
      lines.append(
        "# More than the 1001 tasks that Slurm allows by itself: see MaxArraySize of scontrol show "
          + "config.")
    }
    lines += ["set -eu", "work=$(sbatch --parsable <<'WORK'"] + work + ["WORK", ")"]
    lines += ["merge=$(sbatch --parsable --dependency=\"afterany:${work%%;*}\" <<'MERGE'"] + merge
    lines += ["MERGE", ")", "echo \"work ${work%%;*}, merge ${merge%%;*}\""]
    return lines.map { $0 + "\n" }.joined()
  }

  // MARK: - Shell

  private var shell: String {
    let list = shards.ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "$(seq \(range.lowerBound) \(range.upperBound))"
    }.joined(separator: " ")
    return """
      #!/bin/sh
      # Works on the shards \(shards) of \(folder), one after another, and merges them.
      for shard in \(list); do
        \(work("\"$shard\"")) || echo "Shard $shard ended with $?." >&2
      done
      exec \(merge)

      """
  }

  // MARK: - Kubernetes

  /// An Indexed Job. Statuses that another try does not change end an index at once.
  private var kubernetes: String {
    guard let container else { return "" }
    func text(_ value: String) -> String {
      "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    let isWhole = shards.shards == Array(0..<plan.shardCount)
    let list = shards.shards.map(String.init).joined(separator: " ")
    let command =
      isWhole
      ? "exec " + work("\"$JOB_COMPLETION_INDEX\"")
      : "set -- \(list); shift \"$JOB_COMPLETION_INDEX\"; exec " + work("\"$1\"")
    let extra = directives.map { "\($0)\n      " }.joined()
    return """
      # The shards \(shards) of \(folder). When the job is complete:
      #   \(merge)
      apiVersion: batch/v1
      kind: Job
      metadata:
        name: \(name)
      spec:
        completionMode: Indexed
        completions: \(shards.shards.count)
        parallelism: \(shards.shards.count)
        backoffLimitPerIndex: 3
        maxFailedIndexes: \(shards.shards.count)
        podFailurePolicy:
          rules:
            - action: FailIndex
              onExitCodes: {containerName: work, operator: In, values: [4, 64, 65]}
        template:
          spec:
            restartPolicy: Never
            \(extra)containers:
              - name: work
                image: \(text(container.image))
                command: ["/bin/sh", "-c", \(text(command))]
                resources:
                  requests: {cpu: \(threadCount), memory: \(mebibytes)Mi}
                  limits: {memory: \(mebibytes)Mi}
                volumeMounts:
                  - {name: shared, mountPath: \(text(container.mount))}
            volumes:
              - name: shared
                persistentVolumeClaim: {claimName: \(text(container.claim))}

      """
  }
}
