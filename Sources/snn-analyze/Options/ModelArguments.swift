import ActivationFiles
import ArgumentParser
import Platform
import RegressionChecks

/// The models that arguments name: `vision=a.h5 text=b.h5`; or one without a name, of plain paths.
struct ModelArguments {
  struct Model {
    let name: String?
    let files: [String]
  }

  /// In the order of the names' first use.
  let models: [Model]

  /// - Throws: Where some arguments have a name and others have none.
  init(_ arguments: [String]) throws {
    let named = arguments.map(Self.named)
    guard named.contains(where: { $0 != nil }) else {
      models = [Model(name: nil, files: arguments)]
      return
    }
    var models: [Model] = []
    for (argument, file) in zip(arguments, named) {
      guard let file else {
        throw ValidationError(
          "\(argument) has no name and others have one. Give each model as NAME=FILE, or the files "
            + "of one run alone.")
      }
      if let index = models.firstIndex(where: { $0.name == file.name }) {
        models[index] = Model(name: file.name, files: models[index].files + [file.file])
      } else {
        models.append(Model(name: file.name, files: [file.file]))
      }
    }
    self.models = models
  }

  /// nil for a path: one that is there, such as `epoch=9.h5`, or whose part before `=` is no name.
  private static func named(_ argument: String) -> NamedFile? {
    guard !FileManager.default.fileExists(atPath: argument),
      let named = NamedFile(argument: argument), !named.name.contains(where: "/*?[".contains)
    else { return nil }
    return named
  }

  var isNamed: Bool { models.contains { $0.name != nil } }

  /// What results of all are called.
  var title: String {
    let names = models.compactMap(\.name)
    let title = names.joined(separator: "-")
    // The name of a file has 255 bytes at most.
    return title.utf8.count <= 120 ? title : "\(names[0])-and-\(names.count - 1)-more"
  }
}

extension ModelArguments {
  /// Each model with the baseline that is its own.
  /// - Parameter baselines: A file for a single model; for several a folder that holds NAME.json, or
  ///   files of these names.
  func checked(against baselines: [String]) throws -> [CheckedModel] {
    try models.map { model in
      CheckedModel(
        name: model.name, files: model.files,
        baseline: try baseline(of: model.name, among: baselines))
    }
  }

  private func baseline(of name: String?, among baselines: [String]) throws -> String {
    guard let name else {
      guard baselines.count < 2 else {
        throw ValidationError(
          "Several --baseline are for several models: give each as NAME=FILE, with NAME.json among "
            + "the baselines.")
      }
      let path = baselines.first ?? Self.standardFile
      guard !FileSystem.isFolder(path) else {
        throw ValidationError(
          "--baseline \(path) is a folder, of baselines of several models. Give each model as "
            + "NAME=FILE, with NAME.json in the folder.")
      }
      return path
    }
    if baselines.count < 2 {
      let path = baselines.first ?? Self.standardFolder
      return models.count == 1 && Self.isFile(path) ? path : Self.place(of: name, in: path)
    }
    let found = baselines.flatMap { path in
      FileSystem.isFolder(path)
        ? [Self.place(of: name, in: path)].filter(FileManager.default.fileExists)
        : path.fileStem == name ? [path] : []
    }
    guard found.count == 1 else {
      throw ValidationError(
        "--baseline \(baselines.joined(separator: " --baseline ")): "
          + (found.isEmpty ? "none" : "\(found.count)") + " of them is \(name).json. Give one for "
          + "each model, or a folder of them.")
    }
    return found[0]
  }

  /// The baseline of each model as `baseline` writes it.
  /// - Parameter output: A file for a single model, else the folder of NAME.json.
  func outputs(_ output: String?) throws -> [CheckedModel] {
    try models.map { model in
      guard let name = model.name else {
        return CheckedModel(files: model.files, baseline: output ?? Self.standardFile)
      }
      let path = output ?? Self.standardFolder
      guard path.hasSuffix(".json"), !FileSystem.isFolder(path) else {
        return CheckedModel(
          name: name, files: model.files, baseline: Self.place(of: name, in: path))
      }
      guard models.count == 1 else {
        throw ValidationError(
          "-o \(path) is one file, and there are \(models.count) models. Give a folder.")
      }
      return CheckedModel(name: name, files: model.files, baseline: path)
    }
  }

  private static func place(of name: String, in folder: String) -> String {
    (folder.hasSuffix("/") ? folder : folder + "/") + name + ".json"
  }

  private static func isFile(_ path: String) -> Bool {
    path.hasSuffix(".json") && !FileSystem.isFolder(path)
  }

  private static let standardFile = "baseline.json"
  private static let standardFolder = "baselines"
}
