/// A colour in sRGB.
package struct RGB: Hashable, Sendable {
  let red: Double, green: Double, blue: Double

  init(hex: UInt32) {
    red = Double(hex >> 16 & 255) / 255
    green = Double(hex >> 8 & 255) / 255
    blue = Double(hex & 255) / 255
  }

  /// Reads `#rrggbb`.
  package init?(parsing hex: String) {
    guard hex.utf8.count == 7, hex.hasPrefix("#"), let value = UInt32(hex.dropFirst(), radix: 16)
    else { return nil }
    self.init(hex: value)
  }

  private init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  package static let white = RGB(hex: 0xffffff)
  package static let black = RGB(hex: 0x000000)
  /// Text and axes.
  static let ink = RGB(hex: 0x222222)
  /// Reference lines and leaders.
  static let gray = RGB(hex: 0x6b6b6b)
  /// The page of a browser that is set to dark.
  package static let darkPage = RGB(hex: 0x15181d)
  /// A cell without a value.
  static let blank = RGB(hex: 0xe4e4e4)

  /// The nearest of few colours: no channel differs by more than 4 of 255.
  var coarse: RGB {
    func rounded(_ channel: Double) -> Double { min((channel * 255 / 8).rounded() * 8 / 255, 1) }
    return RGB(red: rounded(red), green: rounded(green), blue: rounded(blue))
  }

  package var hex: String {
    let value = [red, green, blue].reduce(0) { $0 << 8 | Int(($1 * 255).rounded()) }
    let digits = String(value, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// WCAG 2's relative luminance, 0…1.
  package var luminance: Double {
    func linear(_ c: Double) -> Double {
      c <= 0.04045 ? c / 12.92 : power((c + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// WCAG 2's contrast ratio, 1…21.
  package func contrast(with other: RGB) -> Double {
    let lighter = max(luminance, other.luminance)
    let darker = min(luminance, other.luminance)
    return (lighter + 0.05) / (darker + 0.05)
  }

  /// Black or white, whichever reads better on this colour.
  package var readableText: RGB {
    contrast(with: .white) > contrast(with: .black) ? .white : .black
  }

  /// The colour that means on a dark page what this one means on a white one: as much lighter than
  /// the page as this is darker than white.
  package var onDark: RGB {
    let wanted = min(contrast(with: .white), 8)
    // Through the brightest colour of the hue, so that dark blue becomes light blue and not gray.
    let brightest = 1 / max(red, green, blue, 1e-3)
    let bright = RGB(red: red * brightest, green: green * brightest, blue: blue * brightest)
    let path =
      (0...20).map { mixed(with: bright, Double($0) / 20) }
      + (1...20).map { bright.mixed(with: .white, Double($0) / 20) }
    return path.first { $0.contrast(with: .darkPage) >= wanted } ?? .white
  }

  func mixed(with other: RGB, _ share: Double) -> RGB {
    RGB(
      red: red + (other.red - red) * share, green: green + (other.green - green) * share,
      blue: blue + (other.blue - blue) * share)
  }
}

/// A colour for every number in 0…1, interpolated between evenly spaced stops.
package struct ColorRamp: Hashable, Sendable {
  let stops: [RGB]

  private init(_ stops: [UInt32]) { self.stops = stops.map(RGB.init(hex:)) }

  package func callAsFunction(_ position: Double) -> RGB {
    let place = min(max(position, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], place - Double(index))
  }

  /// The dark part of batlow (Crameri 2018): every colour has a contrast of at least 3 : 1 on white,
  /// and luminance rises along the ramp, so that the order survives greyscale.
  package static let lines = ColorRamp([
    0x011959, 0x0e355e, 0x134a61, 0x1e5c62, 0x346a5a, 0x52744a, 0x737e38, 0x95872c, 0xb88e30,
  ])

  /// viridis (van der Walt and Smith 2015).
  package static let sequential = ColorRamp([
    0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151,
    0xbddf26, 0xfde725,
  ])

  /// vik (Crameri 2018), light in the middle.
  package static let diverging = ColorRamp([
    0x001261, 0x02397a, 0x116496, 0x5496b7, 0xa7c9da, 0xece5e0, 0xe1b8a0, 0xcc875f, 0xb75a26,
    0x852206, 0x590008,
  ])
}

/// Colours without an order, each with a contrast of at least 3 : 1 on white: from Okabe and Ito
/// (2008) and Tol's muted scheme (2021).
package enum CategoricalPalette {
  private static let colors = [
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x332288, 0x999933, 0x882255, 0x117733, 0xaa4499,
    0xcc6677,
  ].map { RGB(hex: $0) }

  package static func color(_ index: Int) -> RGB { colors[max(0, index) % colors.count] }

  /// How many can be told apart.
  package static var count: Int { colors.count }
}
