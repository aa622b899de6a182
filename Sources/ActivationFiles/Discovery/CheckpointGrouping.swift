import Activations

/// Which groups of a file are checkpoints, and what the layers inside them are called.
struct CheckpointGrouping {
  let checkpoints: [Discovery.Checkpoint]
  let leftOut: [LeftOut]
  /// What lies beside the checkpoints and was left out, in words.
  let notes: [String]

  init(_ roles: FileRoles, names: CheckpointName) throws(ActivationFileError) {
    let file = roles.file
    guard !roles.layers.isEmpty else {
      throw roles.holdsWeights
        ? .holdsWeights(file: file.file)
        : .noLayers(file: file.file, leftOut: roles.leftOut, notes: roles.notes)
    }
    let groups = names.allowsGroups ? Self.checkpointGroups(roles.layers, names: names) : []
    if !groups.isEmpty {
      (checkpoints, leftOut) = try Self.grouped(roles, by: groups, names: names)
      notes = leftOut.isEmpty ? [] : [Self.note(on: leftOut, beside: groups)]
      return
    }
    notes = []
    if Self.leavesAreCheckpoints(roles.layers, names: names) {
      checkpoints = Self.byLeaf(roles, names: names)
      leftOut = []
    } else {
      if names.allowsGroups { try Self.requireNoNumberedGroups(roles) }
      let stem = SplitNames.checkpointName(of: file)
      let shared = Self.sharedGroup(roles.layers)
      let paths = roles.layers.map { Array($0.components.dropFirst(shared)) }
      checkpoints = [
        Discovery.Checkpoint(
          name: stem, step: names.step(in: stem), file: file,
          layers: Self.layers(roles.layers, named: Self.shortened(paths)))
      ]
      leftOut = []
    }
  }

  /// The paths of the groups that are checkpoints; none lies inside of another.
  private static func checkpointGroups(
    _ layers: [DatasetDescription], names: CheckpointName
  ) -> Set<[String]> {
    var groups: Set<[String]> = []
    var maybe: Set<[String]> = []
    for layer in layers {
      let group = layer.group
      for depth in group.indices {
        let parent = depth > 0 ? group[depth - 1] : nil
        if names.matches(group[depth], parent: parent) {
          groups.insert(Array(group[...depth]))
          break
        }
        if names.matchesBesideOthers(group[depth]) { maybe.insert(Array(group[...depth])) }
      }
    }
    let parents = groups.map { Array($0.dropLast()) } + maybe.map { Array($0.dropLast()) }
    for group in maybe where parents.count(where: { $0 == Array(group.dropLast()) }) > 1 {
      let isInside = groups.contains { group.starts(with: $0) }
      if !isInside { groups.insert(group) }
    }
    return groups.isEmpty ? siblingsThatDifferInStep(layers, names: names) : groups
  }

  /// Groups such as `model_epoch_3`, whose names tell a step among other things: checkpoints if
  /// the steps differ and the layers inside do not.
  private static func siblingsThatDifferInStep(
    _ layers: [DatasetDescription], names: CheckpointName
  ) -> Set<[String]> {
    let depths = 0..<(layers.map(\.group.count).max() ?? 0)
    for depth in depths {
      let bySibling = Dictionary(
        grouping: layers.filter { $0.group.count > depth }, by: { Array($0.group[...depth]) })
      let stepped = bySibling.filter {
        guard let name = $0.key.last else { return false }
        return !name.isNumber && names.step(in: name) != nil
      }
      // `1M` may be a step, `3b` beside `3a` is a block.
      let isBare = stepped.keys.contains { NameParts($0.last ?? "").onlyNumber != nil }
      if isBare, stepped.count < bySibling.count { continue }
      let steps = Set(stepped.keys.compactMap { names.step(in: $0.last ?? "") })
      let parents = Set(stepped.keys.map { $0.dropLast() })
      let contents = Set(
        stepped.values.map { Set($0.map { Array($0.components.dropFirst(depth + 1)) }) })
      if stepped.count > 1, steps.count == stepped.count, parents.count == 1, contents.count == 1 {
        return Set(stepped.keys)
      }
    }
    return []
  }

  private static func grouped(
    _ roles: FileRoles, by groups: Set<[String]>, names: CheckpointName
  ) throws(ActivationFileError) -> ([Discovery.Checkpoint], [LeftOut]) {
    var members: [String: [(path: [String], dataset: DatasetDescription)]] = [:]
    var leftOut: [LeftOut] = []
    let shared = sharedPrefix(groups.map { Array($0.dropLast()) })
    for layer in roles.layers {
      guard let group = groups.first(where: { layer.group.starts(with: $0) }) else {
        // It may be a whole checkpoint: not to be passed over in silence.
        if let obstacle = layer.obstacle {
          throw .obstructed(file: roles.file.file, path: layer.path, obstacle)
        }
        leftOut.append(
          LeftOut(
            file: roles.file.file, path: layer.path,
            reason: "outside of the groups of the checkpoints"))
        continue
      }
      let path =
        group.dropLast().dropFirst(shared) + layer.components.dropFirst(group.count)
      members[group.last ?? "", default: []].append((Array(path), layer))
    }
    let all = members.values.joined().map(\.path)
    let checkpoints = members.map { name, members in
      Discovery.Checkpoint(
        name: name, step: names.step(in: name), file: roles.file,
        layers: layers(
          members.map(\.dataset), named: shortened(members.map(\.path), all: Array(all))))
    }
    return (checkpoints, leftOut)
  }

  private static func note(on leftOut: [LeftOut], beside groups: Set<[String]>) -> String {
    let names = groups.compactMap(\.last).sorted { $0.naturallyPrecedes($1) }
    let verb = leftOut.count == 1 ? "lies" : "lie"
    return "\(leftOut.map(\.path).listed(limit: 4)) \(verb) beside the checkpoints "
      + "\(names.listed(limit: 4)) and \(leftOut.count == 1 ? "is" : "are") left out. Say which "
      + "groups are checkpoints with --checkpoint-pattern if they belong to it."
  }

  /// Whether every layer is a group and its datasets are the checkpoints: `layer1/epoch_0`.
  private static func leavesAreCheckpoints(
    _ layers: [DatasetDescription], names: CheckpointName
  ) -> Bool {
    layers.count > 1 && layers.allSatisfy { names.matches($0.leaf, parent: $0.group.last) }
  }

  private static func byLeaf(
    _ roles: FileRoles, names: CheckpointName
  ) -> [Discovery.Checkpoint] {
    Dictionary(grouping: roles.layers, by: \.leaf).map { name, datasets in
      Discovery.Checkpoint(
        name: name, step: names.step(in: name), file: roles.file,
        layers: datasets.map {
          Discovery.Layer(
            name: $0.group.isEmpty ? "activations" : $0.group.joined(separator: "/"), dataset: $0)
        })
    }
  }

  /// Groups `0`, `1`, `2` with the same datasets inside may be steps or blocks of a network.
  private static func requireNoNumberedGroups(_ roles: FileRoles) throws(ActivationFileError) {
    let byGroup = Dictionary(grouping: roles.layers) {
      $0.components.count > 1 ? $0.components[0] : ""
    }
    guard byGroup.count > 1, byGroup.keys.allSatisfy(\.isNumber) else { return }
    let contents = byGroup.values.map { Set($0.map { Array($0.components.dropFirst()) }) }
    guard let first = contents.first, contents.allSatisfy({ $0 == first })
    else { return }
    throw .numberedGroups(file: roles.file.file, groups: Array(byGroup.keys))
  }

  private static func layers(
    _ datasets: [DatasetDescription], named paths: [[String]]
  ) -> [Discovery.Layer] {
    zip(datasets, paths).map {
      Discovery.Layer(name: $1.joined(separator: "/"), dataset: $0)
    }
  }

  /// The number of leading components to leave away: all of the group if the layers share one.
  private static func sharedGroup(_ layers: [DatasetDescription]) -> Int {
    let groups = Set(layers.map(\.group))
    return groups.count == 1 ? groups.first?.count ?? 0 : 0
  }

  private static func sharedPrefix(_ paths: [[String]]) -> Int {
    guard let first = paths.first else { return 0 }
    var count = 0
    while count < first.count && paths.allSatisfy({ $0.count > count && $0[count] == first[count] })
    {
      count += 1
    }
    return count
  }

  /// Paths without what says nothing: `activations/…` in front, `…/values` behind, where every
  /// path of `all` has it.
  private static func shortened(_ paths: [[String]], all: [[String]]? = nil) -> [[String]] {
    var paths = paths
    var all = all ?? paths
    while let front = all.first?.first, DatasetNames.containers.contains(front.lowercased()),
      all.allSatisfy({ $0.count > 1 && $0[0] == front })
    {
      all = all.map { Array($0.dropFirst()) }
      paths = paths.map { Array($0.dropFirst()) }
    }
    if let back = all.first?.last, DatasetNames.valueNames.contains(back.lowercased()),
      all.allSatisfy({ $0.count > 1 && $0.last == back })
    {
      paths = paths.map { Array($0.dropLast()) }
    }
    return paths
  }
}
