import Analysis
import Charts
import Platform
import Reporting
import YAML

/// How figures are to look, as YAML. Every mistake is named with its line.
///
///     layers:
///       names: { conv1: Stem, fc: Head }
///       order: [conv1, conv2, fc]
///       colors: { fc: "#d55e00" }
///     classes:
///       names: { "0": airplane, "1": automobile }
///     titles: { class-confusion: Who is near whom }
struct FigureSettingsFile {
  let look: FigureLook

  private static let limit = 1 << 20

  init(path: String) throws(CommandError) {
    let contents: Data?
    do {
      contents = try BoundedFile.contents(of: path, upTo: BoundedFile.rulesLimit)
    } catch {
      throw CommandError("\(error)")
    }
    guard let contents else {
      throw CommandError("\(path): cannot be read. Give a YAML file with --figure-settings.")
    }
    let text = String(decoding: contents, as: UTF8.self)
    // Names are written out here: an alias could stand for more than any memory holds.
    guard !text.split(separator: "\n").contains(where: { $0.contains(/(^|[\s:\[,-])[&*]\w/) })
    else {
      throw CommandError("\(path): has anchors or aliases (&name, *name). Write the names out.")
    }
    let root: YAMLNode?
    do throws(YAMLError) {
      root = try .document(text)
    } catch {
      throw CommandError("\(path): is no YAML: \(error.description.prefix(500)).")
    }
    var look = FigureLook()
    let parts = try Self.members(
      root, path, of: "the file", among: ["layers", "classes", "titles"])
    if let layers = parts["layers"] {
      let members = try Self.members(
        layers, path, of: "layers", among: ["names", "order", "colors"])
      look.layerNames = try Self.texts(members["names"], path, of: "names")
      look.layerOrder = try Self.list(members["order"], path, of: "order")
      for (name, color) in try Self.texts(members["colors"], path, of: "colors") {
        guard let color = RGB(parsing: color) else {
          throw Self.failure(
            path, members["colors"], "the colour of \(name) is no #rrggbb: \(color)")
        }
        look.layerColors[name] = color
      }
    }
    if let classes = parts["classes"] {
      let members = try Self.members(classes, path, of: "classes", among: ["names"])
      look.classNames = try Self.texts(members["names"], path, of: "names")
    }
    look.titles = try Self.texts(parts["titles"], path, of: "titles")
    for name in look.titles.keys.sorted() where !FigureLook.figureNames.contains(name) {
      throw Self.failure(
        path, parts["titles"],
        "there is no figure \(name), but \(FigureLook.figureNames.joined(separator: ", "))")
    }
    for names in [look.layerNames, look.classNames] where Set(names.values).count < names.count {
      throw CommandError("\(path): gives one name twice. Names tell layers and classes apart.")
    }
    self.look = look
  }

  private static func members(
    _ node: YAMLNode?, _ path: String, of what: String, among known: [String]
  ) throws(CommandError) -> [String: YAMLNode] {
    guard let mapping = node?.mapping else {
      throw failure(path, node, "\(what) is no mapping of \(known.joined(separator: ", "))")
    }
    var members: [String: YAMLNode] = [:]
    for (key, value) in mapping {
      guard let name = key.text, known.contains(name) else {
        throw failure(
          path, key,
          "unknown key \(key.text ?? "") in \(what); there are \(known.joined(separator: ", "))")
      }
      members[name] = value
    }
    return members
  }

  private static func texts(
    _ node: YAMLNode?, _ path: String, of what: String
  ) throws(CommandError) -> [String: String] {
    guard let node else { return [:] }
    guard let mapping = node.mapping else {
      throw failure(path, node, "\(what) is no mapping such as conv1: Stem")
    }
    var texts: [String: String] = [:]
    for (key, value) in mapping {
      guard let name = key.text, let text = value.text, !text.isEmpty else {
        throw failure(path, key, "\(what) has a member that is no text")
      }
      texts[name] = text
    }
    return texts
  }

  private static func list(
    _ node: YAMLNode?, _ path: String, of what: String
  ) throws(CommandError) -> [String] {
    guard let node else { return [] }
    let names = node.list?.compactMap(\.text) ?? []
    guard !names.isEmpty, names.count == node.list?.count else {
      throw failure(path, node, "\(what) is no list of names such as [conv1, fc]")
    }
    return names
  }

  private static func failure(_ path: String, _ node: YAMLNode?, _ message: String) -> CommandError
  {
    CommandError("\(path)\(node.map { ":\($0.line)" } ?? ""): \(message.prefix(1000)).")
  }
}
