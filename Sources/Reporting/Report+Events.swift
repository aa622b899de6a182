internal import Entanglement

/// A number that is followed over a run.
struct TrackedScalar {
  /// As in the tables; a class's name stands behind it.
  let quantity: String
  let value: Double?
}

/// A report's scalars for TensorBoard.
package struct ReportEvents {
  /// TensorBoard takes the files of a folder by this part of their names.
  package static let fileName = "events.out.tfevents.0.snn-analyze"
  /// All of the file.
  package let bytes: [UInt8]
  /// What a reader is to know: where steps are not those of the file, and what is left out.
  package let notes: [String]
}

extension Report {
  /// Every quantity of every layer under `snnl/<layer>/<quantity>`, and the metrics of the file under
  /// `metrics/<name>`, at the step of the checkpoint; in 32 bits, as TensorBoard has them.
  ///
  /// A quantity has no slash, so that a tag is of one layer whatever the names. Where there are several
  /// labelings, theirs stands behind it (`perplexityLoss@labels`). Where checkpoints lack a step, or two
  /// have the same, all of them stand at their position, from 0: points at one step would be one.
  package var events: ReportEvents {
    let profiles = histories[0].profiles
    let steps = profiles.compactMap(\.step)
    let hasSteps = Set(steps).count == profiles.count
    var notes: [String] = []
    if !hasSteps {
      notes.append(
        "TensorBoard's steps are positions of the checkpoints, from 0, as "
          + (steps.count < profiles.count ? "not all have a step." : "several have the same step."))
    }
    var file = EventFile()
    var tooLarge: [String] = []
    for (index, profile) in profiles.enumerated() {
      let metrics = profile.metrics.map { (tag: "metrics/" + $0.name, value: $0.value) }
      let scalars = layerScalars(at: index) + metrics
      tooLarge += scalars.filter { !Float($0.value).isFinite }.map { $0.tag }
      let values = scalars.map { (tag: $0.tag, value: Float($0.value)) }
        .filter { $0.value.isFinite }
      file.add(step: hasSteps ? profile.step ?? index : index, values: values)
    }
    if let first = tooLarge.first {
      notes.append(
        "TensorBoard's scalars have 32 bits: \(tooLarge.count) values that do not fit are left out, "
          + "the first of \(first). They are in report.json.")
    }
    return ReportEvents(bytes: file.bytes, notes: notes)
  }

  private func layerScalars(at index: Int) -> [(tag: String, value: Double)] {
    zip(histories, sections).flatMap { history, sections in
      let labeling = history.labeling.map { "@" + $0.escaped("@") } ?? ""
      return history.profiles[index].layers.flatMap { layer in
        sections.flatMap { $0.scalars(of: layer.entanglement) }.compactMap { scalar in
          scalar.value.map { value in
            (tag: "snnl/\(layer.name)/\(scalar.quantity.escaped())\(labeling)", value: value)
          }
        }
      }
    }
  }
}

extension String {
  /// Without slashes, and without another scalar, by the escapes of a URL.
  fileprivate func escaped(_ other: Unicode.Scalar? = nil) -> String {
    // Of scalars: a slash with a combining mark behind it is another character, and still a slash.
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "%" || scalar == "/" || scalar == other {
        text += "%" + String(scalar.value, radix: 16, uppercase: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
