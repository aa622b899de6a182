#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

func log10(_ value: Double) -> Double {
  #if canImport(Darwin)
    Darwin.log10(value)
  #elseif canImport(Glibc)
    Glibc.log10(value)
  #else
    Musl.log10(value)
  #endif
}

func sine(_ angle: Double) -> Double { sin(angle) }
func cosine(_ angle: Double) -> Double { cos(angle) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// 10^`exponent`, correctly rounded, which `pow` does not promise.
func powerOfTen(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 0 }
