import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// Attributes that change what stored numbers mean. The files of `Zoo/attributes` are written by xarray,
/// netCDF4, anndata, pandas and h5py, all with the same values: 0.5 × (0…23 − 5) + 3.
@Suite("What attributes say of the numbers") struct AttributeTests {
  private static let expected = (0..<24).map { Double($0 - 5) * 0.5 + 3 }
  private static let labels = ClassLabels((0..<6).map { Int64($0 % 3) })

  private func collection(
    _ names: String..., with change: (inout ReadingOptions) -> Void = { _ in }
  ) throws -> ActivationCollection {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Zoo/attributes")
    return try ActivationCollection(
      paths: names.map { folder.appendingPathComponent($0).path }, options: options(change))
  }

  private func refusal(
    _ name: String, labels: String? = nil, with change: (inout ReadingOptions) -> Void = { _ in }
  ) -> String {
    message {
      let file = try collection(name) { options in
        change(&options)
        if let labels { options.labels = [labels] }
      }
      let checkpoint = file.checkpoints[0]
      for layer in checkpoint.layers { _ = try file.activations(of: layer) }
      _ = try file.labels(of: checkpoint)
    }
  }

  @Test(
    "A scale and an offset apply in every way that values are read",
    arguments: ["packed.nc", "packed_floats.nc", "ways.h5", "features_first.h5", "tokens.h5"])
  func scaled(_ name: String) throws {
    let file = try collection(name) { options in
      if name == "tokens.h5" { options.pooling = .mean }
      if name == "features_first.h5" { options.sampleAxis = 1 }
    }
    let checkpoint = file.checkpoints[0]
    #expect(try file.labels(of: checkpoint) == Self.labels)
    for layer in checkpoint.layers {
      let shifts: [String: Double] = ["unsigned": 2.5, "stacked/layer_1": 4]
      let shift = shifts[layer.name] ?? 0
      let values = Self.expected.map { $0 + shift }
      #expect(try file.activations(of: layer).allValues == values, "\(layer.name)")
      #expect(try file.rows(2..<5, of: layer).allValues == Array(values[8..<20]), "\(layer.name)")
      #expect(layer.memorySize == 6 * 4 * 8)
    }
    #expect(file.notes.contains { $0.contains("stored × 0.5 + 3.0, by attributes of the file.") })
  }

  @Test("Samples and parts that are scaled each by itself are joined as values")
  func pieces() throws {
    let samples = try collection("per_sample.h5") { $0.isPerSample = true }
    #expect(
      try samples.activations(of: samples.checkpoints[0].layers[0]).allValues == Self.expected)
    let parts = try collection("parts") { $0.fileContent = .shard }
    #expect(try parts.activations(of: parts.checkpoints[0].layers[0]).allValues == Self.expected)
    #expect(try parts.labels(of: parts.checkpoints[0]) == Self.labels)
  }

  @Test(
    "Signed bytes are unsigned where netCDF says so, and bounds are of stored numbers or of values")
  func netCDF() throws {
    let file = try collection("netcdf4.nc")
    let layers = Dictionary(
      uniqueKeysWithValues: file.checkpoints[0].layers.map { ($0.name, $0) })
    let packed = try #require(layers["packed"])
    #expect(try file.activations(of: packed).allValues == Self.expected)
    let unsigned = try #require(layers["unsigned"])
    #expect(try file.activations(of: unsigned).allValues == (0..<24).map { Double($0 + 125) })
    let bounded = try #require(layers["bounded"])
    #expect(try file.activations(of: bounded).allValues == (0..<24).map { Double($0) * 0.5 })
  }

  @Test("Quantized numbers are those they stand for")
  func quantized() throws {
    let file = try collection("quantized.h5")
    #expect(
      try file.activations(of: file.checkpoints[0].layers[0]).allValues
        == Self.expected)
  }

  @Test(
    "Values that are missing are refused with their rows",
    arguments: [
      ("lacks_values.nc", "rows 1 and 4: -32768 is its _FillValue"),
      (
        "unwritten.nc", "rows 4 and 5: 9.969209968386869e+36 is what the file has where nothing was"
      ),
      ("beyond.nc", "row 5: 10.5 is beyond 10, its valid range"),
      ("single_fill.h5", "row 2: 1.0000000200408773e+20 is its missing_value"),
    ])
  func missingValues(_ name: String, _ words: String) {
    let refusal = refusal(name)
    #expect(refusal.hasPrefix("/layer1 lacks values in \(words)"), "\(refusal)")
    #expect(refusal.hasSuffix("or skip the layer with --except layer1."))
  }

  @Test(
    "Labels that are missing are refused with their rows, by whatever sign",
    arguments: [
      ("lacks_labels.nc", nil, "rows 0 and 3 (-9999 is its _FillValue)"),
      ("fillvalue.h5", nil, "rows 4 and 5 (-7 is what the file has where nothing was written)"),
      ("texts.h5", nil, "row 4."), ("casts.h5", nil, "row 4 (-9223372036854775808 is what NaN and"),
      ("pandas.h5", nil, "row 4 (nan stands for none there)"),
      ("nullable_gap.h5ad", nil, "row 2 (its mask says so)"),
      ("nullable_gap.h5ad", "/obs/label/values", "row 2 (its mask says so)"),
      ("nullable_text.h5ad", nil, "row 4 (its mask says so)"),
      ("category_gap.h5ad", nil, "row 4 (-1 is no category)"),
      ("rhdf5.h5", nil, "row 4 (-2147483648 is R's NA)"),
      ("rhdf5.h5", "names", "row 5 (NA stands for none there)"),
      ("rhdf5.h5", "reals", "row 5 (NaN)"),
    ] as [(String, String?, String)])
  func missingLabels(_ name: String, _ labels: String?, _ words: String) {
    let refusal = refusal(name, labels: labels)
    #expect(refusal.contains(" has no label in \(words)"), "\(refusal)")
  }

  @Test("A column that could lack values and lacks none is labels")
  func nullable() throws {
    let file = try collection("nullable.h5ad")
    #expect(try file.labels(of: file.checkpoints[0]) == Self.labels)
    let elsewhere = try collection("packed.nc") { options in
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      options.labels = [
        folder.appendingPathComponent("Zoo/attributes/nullable.h5ad").path + ":/obs/label"
      ]
    }
    #expect(try elsewhere.labels(of: elsewhere.checkpoints[0]) == Self.labels)
  }

  @Test("What is missing behind the number of samples is padding")
  func padding() throws {
    let file = try collection("padded.h5")
    #expect(try file.activations(of: file.checkpoints[0].layers[0]).allValues == Self.expected)
    #expect(try file.labels(of: file.checkpoints[0]) == Self.labels)
  }

  @Test("A prediction or an id that is missing is refused as a label is")
  func predictions() throws {
    let file = try collection("casts.h5") { $0.labels = ["predictions"] }
    #expect(try file.labels(of: file.checkpoints[0]) == Self.labels)
    #expect(
      refusal("rhdf5.h5", labels: "reals").hasPrefix("/reals has no label in row 5 (NaN)."))
  }

  @Test(
    "Attributes that are none are refused with their name",
    arguments: [
      ("text", "scale_factor, which holds no numbers"),
      ("vector", "scale_factor, which is not one number"),
      ("zero", "scale_factor, which is 0.0"), ("not_finite", "add_offset, which is nan"),
      ("range", "valid_range, which is not two numbers"),
      ("fills", "_FillValue, which is not one number"),
      ("sign", "_Unsigned, which is neither true nor false"),
      ("empty", "missing_value, which holds 0 values"),
    ])
  func malformed(_ name: String, _ words: String) {
    #expect(
      refusal("malformed_\(name).h5")
        == "/layer1 has the attribute \(words), so that its values cannot be told. Correct or delete "
        + "the attribute, or skip the layer with --except layer1.")
  }

  @Test("An attribute is of concern where its dataset is read, and nowhere else")
  func aside() throws {
    #expect(refusal("malformed_labels.h5").hasPrefix("/labels has the attribute scale_factor"))
    let file = try collection("malformed_aside.h5")
    #expect(try file.activations(of: file.checkpoints[0].layers[0]).allValues == Self.expected)
    #expect(
      refusal("table.h5").hasPrefix(
        "/table.activation is a column of a table with the attribute scale_factor"))
  }
}
