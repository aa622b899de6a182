import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

@Suite("Reading labels")
struct LabelReadingTests {
  private func labels(_ name: String, _ request: String? = nil) throws -> ClassLabels {
    let file = try ActivationCollection(
      paths: [fixture("labels/\(name).h5")],
      options: options { $0.labels = [request].compactMap(\.self) })
    #expect(file.checkpoints[0].layers.map(\.name) == ["layer1"])
    return try file.labels(of: file.checkpoints[0])
  }

  @Test(
    "Numbers of every type, columns and one-hot rows",
    arguments: ["int8", "uint64_big_endian", "column", "one_hot", "bool_one_hot", "float"])
  func numbers(_ name: String) throws {
    #expect(try labels(name) == ClassLabels(indices: [0, 1, 2, 0, 1, 2], names: ["0", "1", "2"]))
  }

  @Test("Members of enumerations and strings are class names, in natural order")
  func names() throws {
    #expect(
      try labels("bool") == ClassLabels(indices: [0, 1, 1, 0, 1, 1], names: ["FALSE", "TRUE"]))
    #expect(
      try labels("enum")
        == ClassLabels(indices: [2, 1, 0, 2, 1, 0], names: ["blue", "green", "red"]))
    #expect(
      try labels("fixed")
        == ClassLabels(indices: [0, 1, 2, 0, 1, 2], names: ["cat", "dog", "x10"]))
    #expect(
      try labels("variable")
        == ClassLabels(indices: [0, 2, 1, 0, 2, 1], names: ["Käse", "x2", "x10"]))
  }

  @Test("Several labelings are read by their place")
  func several() throws {
    let folder = fixture("labels")
    let file = try ActivationCollection(
      paths: [fixture("labels/bool.h5")],
      options: options { $0.labels = ["labels", "\(folder)/int8.h5:/labels"] })
    #expect(file.labelingCount == 2)
    let checkpoint = file.checkpoints[0]
    #expect(try file.labels(of: checkpoint) == labels("bool"))
    #expect(try file.labels(of: checkpoint, labeling: 1) == labels("int8"))
    try file.requireSound()
    let broken = try ActivationCollection(
      paths: [fixture("labels/bool.h5")], options: options { $0.labels = ["labels", "none"] })
    #expect(throws: ActivationFileError.self) { try broken.requireSound() }
  }

  @Test("Labels of another HDF5 file, of a table, of a NumPy file")
  func otherFiles() throws {
    let numbers = ClassLabels(indices: [0, 1, 2, 0, 1, 2], names: ["0", "1", "2"])
    let folder = fixture("labels")
    #expect(try labels("bool", "\(folder)/one_hot.h5:labels") == numbers)
    #expect(try labels("bool", "\(folder)/int8.h5:/labels") == numbers)
    #expect(try labels("bool", "\(folder)/int32.npy") == numbers)
    #expect(try labels("bool", "\(folder)/uint8.npy") == numbers)
    #expect(try labels("bool", "\(folder)/float.npy") == numbers)
    #expect(try labels("bool", "\(folder)/half_float.npy") == numbers)
    #expect(try labels("bool", "\(folder)/names.npy").names == ["Käse", "x2", "x10"])
    #expect(try labels("bool", "\(folder)/bytes.npy").names == ["a", "bb", "c"])
    #expect(
      try labels("bool", "\(folder)/table.csv:a, \"b\"")
        == ClassLabels(
          indices: [0, 1, 2, 0, 1, 2], names: ["0", "1", "2"]))
    #expect(try labels("bool", "\(folder)/table.csv:class").names == ["cat", "dog", "x␊10"])
  }
}

@Suite("What label reading refuses, by its words")
struct LabelRefusalTests {
  private func refusal(_ name: String, _ request: String? = nil) -> String {
    message {
      let file = try ActivationCollection(
        paths: [fixture("labels/\(name).h5")],
        options: options { $0.labels = [request].compactMap(\.self) })
      _ = try file.labels(of: file.checkpoints[0])
    }
  }

  @Test("Values that are no classes")
  func values() {
    #expect(
      refusal("not_whole")
        == "/labels has 0.5 in row 0: labels must be whole numbers. Store class numbers or names, "
        + "or name other labels with --labels.")
    #expect(
      refusal("not_one_hot")
        == "/labels has 3 columns but row 0 is not one-hot (a single 1 among zeros). Store one "
        + "class per sample, choose a column as in --labels '/labels[2]', or name other labels with "
        + "--labels. Say --tokens if they run along the tokens of the layers.")
    #expect(
      refusal("too_large")
        == "/labels has 9223372036854775808 in row 0, too large for a class number. Store smaller "
        + "numbers or names, or name other labels with --labels.")
    #expect(
      refusal("no_member")
        == "/labels has 5 in row 5, which is no member of its enumeration. Export the labels "
        + "again, or name other labels with --labels.")
    #expect(
      refusal("unwritten_names")
        == "/labels has no label in rows 2, 3, 4 and 5. Store a label for every sample, or name "
        + "other labels with --labels.")
    #expect(
      refusal("compound")
        == "no class labels were found. Store them as a dataset named labels, or name them with "
        + "--labels; of the layers' length are /labels.a (int32). Labels of another file are given "
        + "as --labels FILE.h5:PATH, FILE.csv:COLUMN or FILE.npy.")
  }

  @Test("Columns and files that were meant are told from datasets that are not there")
  func meant() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Fixture.write(
        to: path,
        datasets: [
          .init("layer", shape: [1, 2], .float32([0, 1])),
          .init("events", shape: [1, 3], .int64([4, 0, 1])),
          .init("kinds", shape: [2], .int64([0, 1])),
        ])
      func refusal(_ labels: String) -> String {
        message {
          let file = try ActivationCollection(
            paths: [path], options: options { $0.labels = [labels] })
          _ = try file.labels(of: file.checkpoints[0])
        }
      }
      for name in ["events", "/events"] {
        #expect(
          refusal(name + ":2").hasSuffix("Column 2 of /events is --labels '/events[2]'."))
      }
      let images = "\(folder)/t10k-labels-idx1-ubyte"
      try Data([0, 0, 8, 1, 0, 0, 0, 1, 7]).write(to: URL(fileURLWithPath: images))
      #expect(
        refusal(images)
          == "--labels \(images): that is a file, of a kind that labels are not read from. Save them "
          + "as FILE.npy, FILE.txt (a line each), FILE.csv:COLUMN or FILE.h5:PATH.")
      #expect(refusal("kinds").contains(" has 1 row but /kinds has 2."))
    }
  }

  @Test("Files that hold no labels")
  func files() {
    let folder = fixture("labels")
    #expect(refusal("int8", "\(folder)/none.npy") == "there is no such file. Check the path.")
    #expect(
      refusal("int8", "\(folder)/matrix.npy")
        == "this array has 4 columns but row 0 is not one-hot (a single 1 among zeros). "
        + "Store one class per sample, or name other labels with --labels. Say --tokens if they run "
        + "along the tokens of the layers.")
    #expect(
      refusal("int8", "\(folder)/table.csv:klass")
        == "there is no column klass as in --labels \(folder)/table.csv:id. The columns are: "
        + "class, id, a, \"b\".")
    #expect(
      refusal("int8", "\(folder)/table.csv")
        == "say which column holds the labels as in --labels \(folder)/table.csv:id. The columns "
        + "are: id, class, a, \"b\".")
    #expect(
      refusal("int8", "\(folder)/int8.h5:/none")
        == "there is no dataset /none. snn-analyze inspect lists what there is.")
    #expect(
      refusal("int8", "\(fixture("refusals.h5")):/scalar")
        == "/scalar (a single value, float64) cannot be read as labels. Store one integer or name "
        + "per sample, or one-hot rows, or name other labels with --labels.")
  }

  @Test("Labels of other samples")
  func otherSamples() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Fixture.write(
        to: path,
        datasets: [
          .init("a", shape: [2, 1], .float32([0, 1])),
          .init("x/b", shape: [2, 1], .float32([0, 1])),
          .init("x/labels", shape: [2], .int64([0, 1])),
          .init("labels", shape: [2], .int64([1, 0])),
        ])
      let file = try ActivationCollection(paths: [path])
      #expect(
        message { _ = try file.labels(of: file.checkpoints[0]) }
          == "/labels and /x/labels hold different labels for the layers of one checkpoint. Choose "
          + "one with --labels /labels, or the layers that belong together with --layers.")
      let other = try ActivationCollection(
        paths: [path], options: options { $0.labels = [fixture("labels/int32.npy")] })
      #expect(
        message { try other.requireSound() }
          == "has 6 labels but the layers of a have 2 rows. Give the labels of the same samples in "
          + "the same order.")
    }
  }
}
