import Charts
import Testing

@Suite struct TextMetricsTests {
  @Test func widthsAreHelveticas() {
    #expect(abs(TextMetrics.width(of: "Hi", size: 1000) - (722 + 222)) < 10)
    #expect(TextMetrics.width(of: "", size: 10) == 0)
    #expect(TextMetrics.width(of: "层", size: 10) >= 10)
  }

  @Test(arguments: [0, 5, 20, 40, 60, 100, 1000])
  func whatIsElidedFits(width: Double) {
    let name = "encoder.layers.11.mlp.down_proj"
    for share in [0, 0.2, 0.5, 1] {
      let text = TextMetrics.elided(name, toFit: width, size: 8, headShare: share)
      #expect(text == "…" || TextMetrics.width(of: text, size: 8) <= width)
    }
  }

  @Test func namesAreCutWhereTheyRemainDistinct() {
    let middles = (0..<12).map { "encoder.layers.\($0).mlp.down_proj" }
    for width in [30, 40, 60, 70, 80, 90, 100] {
      #expect(Set(TextMetrics.elided(middles, toFit: Double(width), size: 8)).count == 12)
    }
    let ends = (0..<12).map { "block\($0)/a-long-name-that-says-nothing" }
    #expect(Set(TextMetrics.elided(ends, toFit: 50, size: 8)).count == 12)
  }

  @Test func whatAllShareGoesFirst() {
    func short(_ names: [String], _ limit: Int) -> [String] {
      ShortNames.fitting(names, Double(limit)) { Double($0.count) }
    }
    let layers = [3, 11].map { "model.encoder.layers.\($0).attention.output" }
    #expect(short(layers, 80) == layers)
    #expect(short(layers, 30) == ["model.encoder.layers.3…", "model.encoder.layers.11…"])
    #expect(short(layers, 16) == ["…layers.3…", "…layers.11…"])
    #expect(short(layers, 5) == ["…3…", "…11…"])
    // A name that fits stays, and shares nothing with the others.
    #expect(short(layers + ["logits"], 16) == ["…layers.3…", "…layers.11…", "logits"])
    // One alone has a head and a tail.
    #expect(short([layers[0]], 16) == ["model.en…output"])
    #expect(short(["layer", "layer"], 4).allSatisfy { $0.count <= 4 })
  }

  @Test func separatorsDoNotStandBesideTheEllipsis() {
    let text = TextMetrics.elided("layers.11.mlp", toFit: 40, size: 8, headShare: 0)
    #expect(!text.hasPrefix("…."))
  }
}

@Suite struct NumberTextTests {
  @Test func fixedDecimalsRoundAndHaveNoNegativeZero() {
    #expect(NumberText.fixed(1.005, decimals: 1) == "1.0")
    #expect(NumberText.fixed(-0.04, decimals: 1) == "0.0")
    #expect(NumberText.fixed(-12.345, decimals: 2) == "−12.35")
    #expect(NumberText.trimmed(-0.001, decimals: 2) == "0")
    #expect(NumberText.trimmed(12.50, decimals: 2) == "12.5")
    #expect(NumberText.trimmed(100, decimals: 2) == "100")
  }

  @Test func significantDigitsFollowTheMagnitude() {
    #expect(NumberText.significant(0) == "0")
    #expect(NumberText.significant(2.302585) == "2.30")
    #expect(NumberText.significant(0.012345) == "0.0123")
    #expect(NumberText.significant(12345) == "12345")
    #expect(NumberText.significant(1.234e-7) == "1.23×10⁻⁷")
    #expect(NumberText.significant(-6.02e23) == "−6.02×10²³")
  }

  @Test func integersAreWrittenOutExactly() {
    #expect(NumberText.decimal(3, exponent: -1) == "0.3")
    #expect(NumberText.decimal(-25, exponent: 2) == "−2500")
    #expect(NumberText.decimal(1234, exponent: -2) == "12.34")
  }
}

@Suite struct LengthTests {
  @Test(arguments: [
    ("5.5in", 396.0), ("89mm", 252.28), ("8.9cm", 252.28), ("240pt", 240), ("720px", 540),
  ])
  func lengthsAreReadWithTheirUnit(text: String, points: Double) throws {
    #expect(abs(try Length(parsing: text).points - points) < 0.01)
  }

  @Test(arguments: [
    "", "in", "5.5", "5,5in", "5.5 in", "-3in", "nanin", "1e2pt", "0x10pt", "5..in", "5ft",
  ])
  func whatIsNoLengthIsNamed(text: String) {
    #expect(throws: LengthError.unreadable(text)) { try Length(parsing: text) }
    #expect(
      LengthError.unreadable("5.5").description
        == "'5.5' is not a length. Give a number and a unit without a space, such as 5.5in, 89mm, "
        + "8.9cm, 240pt or 720px.")
  }

  @Test(arguments: ["0in", "1pt", "1000in"])
  func whatIsNoSizeForAFigureIsRefused(text: String) {
    #expect(throws: LengthError.outOfRange(text)) { try Length(parsing: text) }
  }
}

@Suite struct PaletteTests {
  @Test func everyLineColorStandsOutOnWhiteAndLuminanceRises() {
    let colors = (0...200).map { ColorRamp.lines(Double($0) / 200) }
    #expect(colors.allSatisfy { $0.contrast(with: .white) >= 3 })
    #expect(zip(colors, colors.dropFirst()).allSatisfy { $0.luminance <= $1.luminance + 1e-9 })
  }

  @Test func textIsReadableOnEveryCell() {
    for ramp in [ColorRamp.sequential, .diverging] {
      for step in 0...200 {
        let color = ramp(Double(step) / 200)
        #expect(color.contrast(with: color.readableText) >= 4.5)
      }
    }
  }

  @Test func positionsOutsideTheRampAreItsEnds() {
    #expect(ColorRamp.sequential(-3).hex == "#440154")
    #expect(ColorRamp.sequential(7).hex == "#fde725")
  }
}

@Suite struct SVGWriterTests {
  @Test func textAndAttributesAreEscaped() {
    let element = SVGElement("text", ["x": .number(-0.001)], text: "<a> & \"b\"\u{0}\u{7}\n")
    #expect(
      SVGWriter.document(element)
        == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<text x=\"0\">&lt;a&gt; &amp; &quot;b&quot; </text>\n")
  }

  @Test(arguments: [
    (1.005, "1"), (-2.5, "-2.5"), (.nan, "0"), (.infinity, "1000000"), (3.14159, "3.14"),
  ])
  func coordinatesHaveTwoDecimals(value: Double, text: String) {
    let document = SVGWriter.document(SVGElement("a", ["b": .number(value)]))
    #expect(document.contains("b=\"\(text)\""))
  }
}
