import Activations
import Testing

@Suite("Glob patterns")
struct GlobPatternTests {
  @Test(
    "A pattern matches the whole name",
    arguments: [
      ("layer1", "layer1", true), ("layer1", "layer10", false), ("layer?", "layer1", true),
      ("layer?", "layer10", false), ("*", "", true), ("conv*", "conv/0/weight", true),
      ("*attn", "encoder/0/attn", true), ("*a*b*", "xxaxxbxx", true), ("*a*b", "xxaxxbxx", false),
      ("layer[12]", "layer2", true), ("layer[!12]", "layer2", false), ("l[a-c]", "lb", true),
      ("l[a-c]", "ld", false), ("[", "[", true), ("a[", "a[", true), ("[]]", "]", true),
      ("Käse*", "Käse1", true), ("", "", true), ("", "a", false), ("**", "abc", true),
    ])
  func matching(_ pattern: String, _ name: String, _ isMatch: Bool) {
    #expect(GlobPattern(pattern).matches(name) == isMatch)
  }
}
