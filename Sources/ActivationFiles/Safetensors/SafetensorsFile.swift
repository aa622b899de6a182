import Activations
import Platform

/// A file of safetensors: the length of a JSON header, the header, then the tensors as they are.
///
/// Format: https://huggingface.co/docs/safetensors/index#format
enum SafetensorsFile {
  /// What the file holds, without reading it; nil if it is of another format.
  static func description(of path: String) throws(ActivationFileError) -> FileDescription? {
    let file = try ReadableFile(path: path)
    let front = file.bytes(at: 0, count: 9)
    guard front.count == 9, front[8] == UInt8(ascii: "{") else { return nil }
    let length = front[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(file.byteSize - 8) else {
      // An open brace in that place says little of a file without the name.
      guard path.lowercased().hasSuffix(".safetensors") else { return nil }
      throw .isDamagedSafetensors(
        path, "its header would be \(length) bytes long, more than the file has")
    }
    guard length <= UInt64(longestHeader) else {
      throw .isDamagedSafetensors(path, "its header of \(length) bytes is longer than any is")
    }
    let header = file.bytes(at: 8, count: Int(length))
    guard header.count == Int(length),
      let tensors = try? JSONDecoder().decode(Header.self, from: Data(header)).tensors
    else { throw .isDamagedSafetensors(path, "its header cannot be read") }
    let start = 8 + Int(length)
    return FileDescription(
      file: path,
      datasets: try datasets(tensors, file: path, start: start, room: file.byteSize - start)
        .sorted { $0.path.naturallyPrecedes($1.path) })
  }

  /// As in the reference implementation.
  private static let longestHeader = 100_000_000
  private static let tensorLimit = 100_000

  /// - Parameters:
  ///   - start: Where the values begin in the file.
  ///   - room: The bytes that are there.
  private static func datasets(
    _ tensors: [(name: String, tensor: Tensor)], file: String, start: Int, room: Int
  ) throws(ActivationFileError) -> [DatasetDescription] {
    guard tensors.count <= tensorLimit else { throw .holdsTooMuch(file, limit: tensorLimit) }
    var datasets: [DatasetDescription] = []
    var end = 0
    for (name, tensor) in tensors.sorted(by: { $0.tensor.order < $1.tensor.order }) {
      guard tensor.offsets.count == 2, tensor.offsets[0] >= end,
        tensor.offsets[1] >= tensor.offsets[0], tensor.offsets[1] <= room
      else {
        throw .isDamagedSafetensors(
          file, "\(name.shortened) lies beyond its end, or where another tensor is")
      }
      end = tensor.offsets[1]
      let type = Self.type(tensor.type)
      guard tensor.shape.allSatisfy({ $0 >= 0 }),
        type.kind == .unsupported
          || tensor.shape.byteSize(of: type.size) == tensor.offsets[1] - tensor.offsets[0]
      else {
        throw .isDamagedSafetensors(
          file,
          "\(name.shortened) has the shape \(tensor.shape.asExtents) and another number of bytes")
      }
      let components = name.split(separator: "/").map(String.init)
      let path = "/" + components.joined(separator: "/")
      datasets.append(
        DatasetDescription(
          components: components.isEmpty ? [name] : components, shape: tensor.shape, type: type,
          array: StoredArray(
            file: file, place: .bytes(offset: start + tensor.offsets[0], of: nil), name: path,
            extents: tensor.shape, type: type)))
    }
    return datasets
  }

  private static func type(_ name: String) -> ElementType {
    func make(_ kind: ElementType.Kind, _ name: String, _ size: Int) -> ElementType {
      ElementType(kind: kind, size: size, name: name, isStated: true)
    }
    switch name {
    case "F64": return make(.float64, "float64", 8)
    case "F32": return make(.float32, "float32", 4)
    case "F16": return make(.float16, "float16", 2)
    case "BF16": return make(.bfloat16, "bfloat16", 2)
    case "F8_E4M3": return make(.float8E4M3, "float8 (e4m3fn)", 1)
    case "F8_E5M2": return make(.float8E5M2, "float8 (e5m2)", 1)
    case "BOOL": return make(.boolean, "bool", 1)
    case "I8", "I16", "I32", "I64":
      let bits = Int(name.dropFirst()) ?? 8
      return make(.integer(isSigned: true), "int\(bits)", bits / 8)
    case "U8", "U16", "U32", "U64":
      let bits = Int(name.dropFirst()) ?? 8
      return make(.integer(isSigned: false), "uint\(bits)", bits / 8)
    default: return ElementType(kind: .unsupported, size: 1, name: name.shortened)
    }
  }

  /// The header: tensors by name, and texts under `__metadata__` that say nothing of values.
  private struct Header: Decodable {
    let tensors: [(name: String, tensor: Tensor)]

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { return nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      tensors = try container.allKeys.filter { $0.stringValue != "__metadata__" }.map {
        ($0.stringValue, try container.decode(Tensor.self, forKey: $0))
      }
    }
  }

  private struct Tensor: Decodable {
    let type: String
    let shape: [Int]
    let offsets: [Int]

    /// By where it begins, then where it ends: an empty one may begin where another does.
    var order: (Int, Int) { (offsets.first ?? 0, offsets.last ?? 0) }

    private enum CodingKeys: String, CodingKey {
      case type = "dtype"
      case shape
      case offsets = "data_offsets"
    }
  }
}
