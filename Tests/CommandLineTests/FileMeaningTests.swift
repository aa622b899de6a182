import Activations
import Foundation
import TestSupport
import Testing

/// What files mean beyond their shape, as the command says it: joined parts, ids, questions.
///
/// The files are those of the zoo, written by the libraries themselves.
@Suite struct FileMeaningTests {
  private static let zoo = Command.root
    .appendingPathComponent("Tests/ActivationFilesTests/Zoo/meaning").path
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func report(_ words: [String]) throws -> Command.Outcome {
    try Command.run(
      words + ["--output", folder.path("out"), "--temperatures", "20", "--formats", "json"],
      in: URL(fileURLWithPath: Self.zoo))
  }

  private func written() throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/report.json"))
    return try #require(json as? [String: Any])
  }

  private func losses() throws -> [Double] {
    let checkpoints = try #require(try written()["checkpoints"] as? [[String: Any]])
    let layers = checkpoints.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
    return layers.compactMap { ($0["curve"] as? [[String: Any]])?.first?["loss"] as? Double }
  }

  @Test(
    "What may be read in two ways ends with status 64 and the option that decides",
    arguments: [
      ("parts", "--each-file shard"), ("halves", "--each-file shard"),
      ("batch_groups.h5", "--each-group shard"), ("equal_parts.h5", "--each-group shard"),
      ("square.h5", "--sample-axis 0"),
    ])
  func questions(_ file: String, _ option: String) throws {
    let outcome = try report([file])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(option), "\(outcome.errors)")
    #expect(try report([file] + option.split(separator: " ").map(String.init)).status == 0)
  }

  @Test(
    "Parts of the samples, joined, give the loss of all of them",
    arguments: [
      ["parts", "--each-file", "shard"], ["batch_groups.h5", "--each-group", "shard"],
      ["thingsvision.h5", "--each-group", "shard", "--labels", "nine_labels.npy"],
      ["equal_parts.h5", "--each-group", "shard"],
    ])
  func joined(_ words: [String]) throws {
    let outcome = try report(words)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("parts of the samples are joined in this order"))
    let matrix = ActivationMatrix(
      sampleCount: 9, featureCount: 4, values: (0..<36).map { Float($0) })
    let naive = NaiveLoss(matrix, ClassLabels((0..<9).map { Int64($0 % 3) }), temperature: 20)
    let found = try losses()
    try #require(found.count == 1)
    #expect(isClose(found[0], naive.loss, relative: 2e-6))
  }

  @Test("Labels with ids are joined by id, and the report says so")
  func ids() throws {
    let outcome = try report(["ids.h5", "--labels", "ids.csv:species"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("The labels ids.csv:species are joined by id: image_id."))
    let json = try written()
    #expect(json["joinedBy"] as? String == "id")
    #expect(json["labelsFrom"] as? String == "ids.csv:species")
    let matrix = ActivationMatrix(
      sampleCount: 6, featureCount: 4, values: (0..<24).map { Float($0) - 5 })
    let naive = NaiveLoss(matrix, ClassLabels((0..<6).map { Int64($0 % 3) }), temperature: 20)
    #expect(isClose(try #require(try losses().first), naive.loss, relative: 2e-6))
    let byRow = try report(["ids.h5", "--labels", "ids_as_rows.csv:species"])
    try #require(byRow.status == 0, "\(byRow.errors)")
    #expect(try written()["joinedBy"] as? String == "position")
  }

  @Test("The head of a report says what was read and by which choices")
  func head() throws {
    let clip = try report(["clip.h5"])
    try #require(clip.status == 0, "\(clip.errors)")
    let json = try written()
    #expect(json["labelsFrom"] as? String == "/labels")
    #expect(json["joinedBy"] as? String == "position")
    #expect(json["sampleAxis"] as? Int == 0)
    #expect(json["layerOrder"] as? String == "name")
    let outcome = try Command.run(
      ["xarray.nc", "--output", folder.path("out"), "--temperatures", "20", "--formats", "text"],
      in: URL(fileURLWithPath: Self.zoo))
    #expect(outcome.output.contains("Read with labels: /"), "\(outcome.output)")
    #expect(outcome.output.contains("samples: axis"))
    #expect(outcome.output.contains("layers: in order of"))
  }

  @Test("The head names the order of samples that have names", arguments: ["natural", "name"])
  func sampleOrder(_ order: String) throws {
    let path = folder.path("named.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: (1..<13).map {
        .init("img_\($0)/features", shape: [3], .float32([Float($0), Float($0 % 2), 1]))
      } + [.init("labels", shape: [12], .int64((0..<12).map { $0 % 2 }))])
    let outcome = try Command.run(
      [
        path, "--per-sample", "--sample-order", order, "--output", folder.path("out"),
        "--temperatures", "20", "--formats", "json,text",
      ], in: folder.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try written()["sampleOrder"] as? String == order)
    let words = order == "name" ? "order of names as text" : "natural order of names"
    #expect(
      outcome.output.replacingOccurrences(of: "\n", with: " ").contains(
        "group or file each, in the \(words), from img_1 on"), "\(outcome.output)")
    let rows = try report(["clip.h5"])
    try #require(rows.status == 0, "\(rows.errors)")
    #expect(try written()["sampleOrder"] == nil)
  }

  @Test("The order of layers can be given by their names, as a list or a file")
  func order() throws {
    let list = folder.path("order.txt")
    try Data("text\nimage\n".utf8).write(to: URL(fileURLWithPath: list))
    for order in ["text,image", "@" + list] {
      let outcome = try report(["clip.h5", "--order", order])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let json = try written()
      #expect(json["layerOrder"] as? String == "given")
      let checkpoints = try #require(json["checkpoints"] as? [[String: Any]])
      let layers = checkpoints[0]["layers"] as? [[String: Any]] ?? []
      #expect(layers.map { $0["name"] as? String } == ["text", "image"])
    }
    let lacking = try report(["clip.h5", "--order", "text"])
    #expect(lacking.status == 2)
    #expect(lacking.errors.contains("--order does not name image."))
    let twice = try report(["clip.h5", "--order", "text,image,text"])
    #expect(twice.errors.contains("--order names text twice."))
    let other = try report(["clip.h5", "--order", "text,picture"])
    #expect(other.errors.contains("--order 'picture' matches no layer."))
  }

  @Test("The last axis may be said as -1")
  func negativeAxis() throws {
    let outcome = try report(["square.h5", "--sample-axis", "-1"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try written()["sampleAxis"] as? Int == 1)
  }

  @Test("Columns of AnnData that could each be labels are asked about, the likelier first")
  func columns() throws {
    let outcome = try report(["../layouts/anndata_unsaid.h5ad"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.contains("/obs/kind, /obs/batch could each be the class labels"),
      "\(outcome.errors)")
  }

  @Test("A pointer of Git LFS in place of a baseline is no reason to write one")
  func pointer() throws {
    let baseline = folder.path("baseline.json")
    let text = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: baseline))
    let outcome = try Command.run(
      ["check", "clip.h5", "--baseline", baseline, "--output", folder.path("out")],
      in: URL(fileURLWithPath: Self.zoo))
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("Fetch it with git lfs pull."))
    #expect(!outcome.errors.contains("Write one"))
  }

  @Test("What lies beside the checkpoints, or was left out for its name, is a note of the report")
  func notes() throws {
    let units = try report(["units.h5"])
    try #require(units.status == 0, "\(units.errors)")
    #expect(units.errors.contains("/average/layer lies beside the checkpoints"))
    let inputs = try report(["inputs.h5"])
    try #require(inputs.status == 0, "\(inputs.errors)")
    #expect(inputs.errors.contains("Say --layers images if it is a layer."))
  }
}
