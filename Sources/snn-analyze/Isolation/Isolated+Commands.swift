import ActivationFiles
import Analysis
import PairwiseDistances

extension OutputOptions {
  /// The reach of a command that writes a report.
  /// - Parameters:
  ///   - folder: Where it goes if no folder is named; nil for the default of some files.
  ///   - course: Where finished layers and large ones go.
  func reach(
    of selection: SelectionOptions, on machine: Machine, files: [String] = [],
    orIn folder: String? = nil, course: RunOptions? = nil
  ) -> Reach {
    var reach = Reach(selection, on: machine)
    reach.write(report: output ?? folder, of: files)
    if let cache = course?.cache { reach.made.append(cache) }
    reach.written += [course?.space.scratch].compactMap(\.self)
    reach.startsPrograms = formats.words.contains { $0.image != nil }
    return reach
  }
}

extension Reach {
  init(_ selection: SelectionOptions, on machine: Machine) {
    self.init(machine: machine)
    isOpen = selection.followExternal
  }

  /// Adds the folder of a report.
  /// - Parameter folder: nil for the default of the files, of which it is told by what is in it.
  mutating func write(report folder: String?, of files: [String]) {
    if let folder {
      made.append(folder)
    } else {
      let chosen = DefaultFolder(for: files)
      made.append(chosen.path)
      read += chosen.marks
    }
  }
}

extension ReportCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    output.reach(
      of: input.selection, on: compute.loss.machine.machine, files: input.files, course: course)
  }
}

extension InspectCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach { Reach(input.selection, on: compute.loss.machine.machine) }
}

extension CompareCommand: Isolated {
  var isolates: Bool { selection.isolate }
  var reach: Reach {
    var reach = output.reach(
      of: selection, on: compute.loss.machine.machine, files: values.map { [$0] } ?? [],
      orIn: values == nil ? folderPath : nil, course: course)
    if units.isGiven { reach.isOpen = true }
    return reach
  }
}

extension CheckCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    get throws {
      var reach = Reach(input.selection, on: compute.machine.machine)
      reach.write(report: try folderPath, of: input.files)
      reach.written += [space.scratch].compactMap(\.self)
      for model in try models {
        reach.read += [model.baseline, BaselineFile(path: model.baseline).samplesPath]
      }
      if units.isGiven { reach.isOpen = true }
      return reach
    }
  }
}

extension BaselineCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    get throws {
      var reach = Reach(input.selection, on: compute.machine.machine)
      for model in try models {
        let folder = BaselineFile(path: model.baseline).folder
        if model.name == nil { reach.written.append(folder) } else { reach.made.append(folder) }
      }
      reach.written += [space.scratch].compactMap(\.self)
      if units.isGiven { reach.isOpen = true }
      return reach
    }
  }
}

extension NeighborsCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    output.reach(
      of: input.selection, on: search.machine.machine,
      files: input.files.map { SampleAddress($0).file })
  }
}

extension OutliersCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    output.reach(
      of: input.selection, on: search.machine.machine,
      files: input.files.map { SampleAddress($0).file })
  }
}

extension TrainCommand: Isolated {
  var isolates: Bool { isolate }
  var reach: Reach {
    let whole = Machine.whole
    var reach = Reach(
      machine: Machine(
        threadCount: whole.threadCount, memoryLimit: memory?.bytes ?? whole.memoryLimit))
    for file in [output, parts].compactMap(\.self) { reach.write(file: file) }
    return reach
  }
}

extension GradientCommand: Isolated {
  var isolates: Bool { isolate }
  var reach: Reach {
    var reach = Reach(machine: machine.machine)
    if let output { reach.write(file: output) }
    return reach
  }
}

extension PlanCommand: Isolated {
  var isolates: Bool { input.selection.isolate }
  var reach: Reach {
    var reach = Reach(input.selection, on: compute.loss.machine.machine)
    reach.made += [output].compactMap(\.self)
    return reach
  }
}

extension WorkCommand: Isolated {
  var isolates: Bool { isolate }
  /// What is read stands in the plan.
  var reach: Reach {
    var reach = Reach()
    reach.isOpen = true
    reach.written = [folder] + [scratch].compactMap(\.self)
    return reach
  }
}
