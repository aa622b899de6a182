internal import ActivationFiles
internal import Activations
internal import Platform
internal import Training

/// Where training data comes from: an HDF5 file, or a folder in the naming of the MNIST family.
package struct TrainingSource {
  /// Of the file or folder.
  package let path: String
  private let file: TrainingDataFile?
  private let memoryLimit: Int

  /// - Parameters:
  ///   - memoryLimit: Bytes that the inputs may take.
  ///   - patience: Seconds without any progress of the HDF5 library after which it is given up.
  package init(
    path: String, memoryLimit: Int = .max, patience: Double = 10
  ) throws(AnalysisError) {
    self.path = path
    self.memoryLimit = memoryLimit
    do throws(ActivationFileError) {
      file =
        FileSystem.isFolder(path)
        ? nil : try TrainingDataFile(path: path, memoryLimit: memoryLimit, patience: patience)
    } catch {
      throw AnalysisError(error)
    }
  }

  /// The parts there are, by name.
  var parts: [String] { file?.parts ?? ["test", "train"] }

  func arrays(of part: String, needsLabels: Bool = true) throws(AnalysisError) -> LabeledArrays {
    do throws(ActivationFileError) {
      if let file { return try file.arrays(of: part, needsLabels: needsLabels) }
      return try LabeledArrays(folder: path, part: part, memoryLimit: memoryLimit)
    } catch {
      throw AnalysisError(error)
    }
  }
}

extension LabeledArrays {
  /// One row a sample: features as they are; images as height × width × channels, with a single
  /// channel added or channels that come first moved to the end.
  var inputs: LabeledInputs {
    let labels = ClassLabels(labels ?? Array(repeating: 0, count: shape[0]))
    let sample = Array(shape.dropFirst())
    switch sample.count {
    case 2:
      return LabeledInputs(shape: sample + [1], values: values, labels: labels)
    case 3 where [1, 3].contains(sample[0]) && ![1, 3].contains(sample[2]):
      let (channels, pixels) = (sample[0], sample[1] * sample[2])
      var moved = values
      for row in 0..<shape[0] {
        for channel in 0..<channels {
          for pixel in 0..<pixels {
            moved[(row * pixels + pixel) * channels + channel] =
              values[(row * channels + channel) * pixels + pixel]
          }
        }
      }
      return LabeledInputs(
        shape: [sample[1], sample[2], channels], values: moved, labels: labels)
    case 3:
      return LabeledInputs(shape: sample, values: values, labels: labels)
    default:
      return LabeledInputs(shape: [sample.reduce(1, *)], values: values, labels: labels)
    }
  }
}
