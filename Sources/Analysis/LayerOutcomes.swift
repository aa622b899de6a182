internal import Entanglement
internal import Synchronization

/// What became of each layer of a plan under each labeling, filled in by several threads.
final class LayerOutcomes: Sendable {
  private struct Place: Hashable {
    let labeling: Int
    let job: AnalysisPlan.Job
  }

  private let found = Mutex<[Place: Result<LayerProfile, AnalysisError>]>([:])
  private let digests = Mutex<[AnalysisPlan.Job: [String]]>([:])
  /// Whether the values that were read get a fingerprint.
  let keepsDigests: Bool

  init(keepsDigests: Bool = false) {
    self.keepsDigests = keepsDigests
  }

  subscript(labeling: Int, job: AnalysisPlan.Job) -> Result<LayerProfile, AnalysisError>? {
    get { found.withLock { $0[Place(labeling: labeling, job: job)] } }
    set { found.withLock { $0[Place(labeling: labeling, job: job)] = newValue } }
  }

  /// Keeps the fingerprint of rows that were read: one for labelings that look at the same rows.
  func add(_ digest: String, of job: AnalysisPlan.Job) {
    digests.withLock { $0[job, default: []].append(digest) }
  }

  /// The fingerprints of the rows of a layer.
  func digests(of job: AnalysisPlan.Job) -> [String] { digests.withLock { $0[job] ?? [] } }
}
