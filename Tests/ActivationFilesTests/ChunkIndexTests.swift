import ActivationFiles
import CHDF5
import TestSupport
import Testing

/// Every way in which the library finds chunks: by one address, in the order they lie in, by a fixed
/// or an extensible array, by the older tree and the newer.
@Suite("Chunks and their indexes")
struct ChunkIndexTests {
  @Test(
    "What h5py writes is read whole, whichever axis is extensible and which one counts samples",
    arguments: ["chunks_earliest.h5", "chunks_v110.h5"])
  func fixtures(file: String) throws {
    let collection = try ActivationCollection(
      paths: [fixture(file)], options: options { $0.pooling = .flatten })
    let layers = collection.checkpoints[0].layers
    #expect(layers.count == 11)
    for layer in layers {
      let values = try collection.activations(of: layer).allValues
      #expect(values == (0..<120).map(Double.init), "\(layer.name)")
    }
  }

  @Test(
    "Index × extensible axes × filters × edges × axis of the samples: the values that were written",
    arguments: [H5F_LIBVER_EARLIEST, H5F_LIBVER_V110], [0, 1, 2])
  func everyKind(version: H5F_libver_t, sampleAxis: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let file = try ChunkedFile(path, version: version)
      var expected: [String: (values: [Double], form: String)] = [:]
      for form in ChunkedDataset.all(
        sampleAxis: sampleAxis, isNewer: version != H5F_LIBVER_EARLIEST)
      {
        let name = "layer\(expected.count)"
        try file.write(form, named: name)
        expected[name] = (form.rows(along: sampleAxis), form.name)
      }
      try file.writeLabels(count: ChunkedDataset.sampleCount)
      file.close()
      #expect(expected.count > 100)

      let collection = try ActivationCollection(
        paths: [path],
        options: options {
          $0.pooling = .flatten
          $0.sampleAxis = sampleAxis
        })
      let layers = collection.checkpoints[0].layers
      #expect(Set(layers.map(\.name)) == Set(expected.keys))
      for layer in layers {
        let values = try collection.activations(of: layer).allValues
        let written = try #require(expected[layer.name])
        #expect(values == written.values, "\(written.form)")
      }
    }
  }

  @Test(
    "Rows that were never written are refused, and features that never were are the fill value",
    arguments: [H5F_LIBVER_EARLIEST, H5F_LIBVER_V110], [[], [0], [1], [0, 1]])
  func unwritten(version: H5F_libver_t, extensible: [Int]) throws {
    try withTemporaryFolder { folder in
      for (filters, written) in [([], (12, 9)), ([1], (12, 9)), ([1], (23, 6)), ([], (23, 6))]
        as [([H5Z_filter_t], (Int, Int))]
      {
        let path = "\(folder)/a.h5"
        let file = try ChunkedFile(path, version: version)
        let form = ChunkedDataset(
          name: "layer", extents: [23, 9], extensible: extensible, chunk: [4, 3], filters: filters)
        try file.write(form, only: [written.0, written.1], fill: 7)
        try file.writeLabels(count: 23)
        file.close()
        let collection = try ActivationCollection(paths: [path])
        let layer = collection.checkpoints[0].layers[0]
        if written.0 == 23 {
          let values = try collection.activations(of: layer).allValues
          let expected: [Double] = (0..<207).map { place in place % 9 < 6 ? Double(place) : 7 }
          #expect(values == expected)
        } else {
          #expect(
            message { _ = try collection.activations(of: layer) }.hasPrefix(
              "/layer has 23 rows, but rows 12 to 22 were never written and hold fill values."))
        }
      }
    }
  }
}

/// A dataset in chunks, each of whose elements is its number.
struct ChunkedDataset {
  let name: String
  let extents: [Int]
  let extensible: [Int]
  let chunk: [Int]
  var filters: [H5Z_filter_t] = []
  var filtersEdges = true
  var allocatesEarly = false

  static let sampleCount = 23

  /// Whether an encoder of szip is there, which not every build of the library has.
  private static let hasSzip: Bool = {
    var flags: UInt32 = 0
    return H5Zget_filter_info(4, &flags) >= 0
      && flags & UInt32(H5Z_FILTER_CONFIG_ENCODE_ENABLED) != 0
  }()

  static func all(sampleAxis: Int, isNewer: Bool) -> [ChunkedDataset] {
    var all: [ChunkedDataset] = []
    let pipelines: [[H5Z_filter_t]] =
      [[], [1], [2, 1], [3], [2, 1, 3], [3, 1], [5]] + (hasSzip ? [[4]] : [])
    for rank in (max(2, sampleAxis + 1))...3 {
      var extents = Array([10, 8, 6].prefix(rank))
      extents[sampleAxis] = sampleCount
      for axes in rank == 2 ? [[], [0], [1], [0, 1]] : [[], [0], [1], [2], [0, 2]] {
        for chunk in [extents, Array([4, 3, 5].prefix(rank)), Array([5, 8, 2].prefix(rank))] {
          for filters in pipelines {
            for filtersEdges in filters.isEmpty || !isNewer ? [true] : [true, false] {
              for early in filters.isEmpty ? [false, true] : [false] {
                let places = chunk.map(String.init).joined(separator: "x")
                all.append(
                  ChunkedDataset(
                    name: "r\(rank)_e\(axes.map(String.init).joined())_\(places)_f"
                      + filters.map(String.init).joined(separator: "_")
                      + (filtersEdges ? "" : "_plain") + (early ? "_early" : ""),
                    extents: extents, extensible: axes, chunk: chunk, filters: filters,
                    filtersEdges: filtersEdges, allocatesEarly: early))
              }
            }
          }
        }
      }
    }
    return all
  }

  /// The numbers of the elements, those of the first sample first.
  func rows(along axis: Int) -> [Double] {
    let inner = extents[(axis + 1)...].reduce(1, *)
    let outer = extents[..<axis].reduce(1, *)
    return (0..<extents[axis]).flatMap { sample in
      (0..<outer).flatMap { before in
        (0..<inner).map { Double((before * extents[axis] + sample) * inner + $0) }
      }
    }
  }
}

/// A file that datasets in chunks are written into.
private final class ChunkedFile {
  private let id: hid_t

  init(_ path: String, version: H5F_libver_t) throws {
    let access = H5Pcreate(chdf5_file_access())
    defer { H5Pclose(access) }
    try #require(H5Pset_libver_bounds(access, version, H5F_LIBVER_V110) >= 0)
    try #require(H5Pset_file_locking(access, false, true) >= 0)
    id = H5Fcreate(path, chdf5_file_truncate(), chdf5_default(), access)
    try #require(id >= 0)
  }

  func close() { H5Fclose(id) }

  func writeLabels(count: Int) throws {
    let space = H5Screate_simple(1, [hsize_t(count)], nil)
    defer { H5Sclose(space) }
    let dataset = H5Dcreate2(
      id, "labels", chdf5_native_int64(), space, chdf5_default(), chdf5_default(), chdf5_default())
    defer { H5Dclose(dataset) }
    let labels = (0..<count).map { Int64($0 % 3) }
    try #require(
      H5Dwrite(
        dataset, chdf5_native_int64(), chdf5_whole_space(), chdf5_whole_space(), chdf5_default(),
        labels) >= 0)
  }

  /// - Parameter part: how far along each axis values are written; nil for all.
  func write(
    _ form: ChunkedDataset, named name: String = "layer", only part: [Int]? = nil,
    fill: Float? = nil
  ) throws {
    let extents = form.extents.map(hsize_t.init)
    let most = form.extents.indices.map {
      form.extensible.contains($0) ? hsize_t.max : extents[$0]
    }
    let space = H5Screate_simple(Int32(extents.count), extents, most)
    defer { H5Sclose(space) }
    let creation = H5Pcreate(chdf5_dataset_creation())
    defer { H5Pclose(creation) }
    try #require(H5Pset_chunk(creation, Int32(extents.count), form.chunk.map(hsize_t.init)) >= 0)
    for filter in form.filters {
      let status =
        switch filter {
        case 1: H5Pset_deflate(creation, 4)
        case 2: H5Pset_shuffle(creation)
        case 3: H5Pset_fletcher32(creation)
        // Nearest neighbors, eight pixels a block.
        case 4: H5Pset_szip(creation, UInt32(H5_SZIP_NN_OPTION_MASK), 8)
        default: H5Pset_nbit(creation)
        }
      try #require(status >= 0, "\(form.name)")
    }
    if !form.filtersEdges {
      try #require(
        H5Pset_chunk_opts(creation, UInt32(H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS)) >= 0)
    }
    if form.allocatesEarly {
      try #require(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY) >= 0)
    }
    if var fill {
      let status = H5Pset_fill_value(creation, chdf5_native_float(), &fill)
      try #require(status >= 0)
    }
    let dataset = H5Dcreate2(
      id, name, chdf5_native_float(), space, chdf5_default(), creation, chdf5_default())
    try #require(dataset >= 0, "\(form.name)")
    defer { H5Dclose(dataset) }
    let values = (0..<form.extents.reduce(1, *)).map(Float.init)
    if let part {
      try #require(
        H5Sselect_hyperslab(
          space, H5S_SELECT_SET, part.map { _ in hsize_t(0) }, nil, part.map(hsize_t.init), nil)
          >= 0)
    }
    let (from, to) = part == nil ? (chdf5_whole_space(), chdf5_whole_space()) : (space, space)
    try #require(
      H5Dwrite(dataset, chdf5_native_float(), from, to, chdf5_default(), values) >= 0,
      "\(form.name)")
  }
}
