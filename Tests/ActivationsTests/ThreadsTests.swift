import Activations
import Synchronization
import Testing

@Suite struct ThreadsTests {
  @Test("Every number is handled once, on however many threads", arguments: [1, 2, 3, 64])
  func once(threadCount: Int) {
    for count in [0, 1, 2, 7, 1000] {
      let seen = Mutex(Array(repeating: 0, count: count))
      Threads.forEach(count, on: threadCount) { index in seen.withLock { $0[index] += 1 } }
      #expect(seen.withLock { $0 } == Array(repeating: 1, count: count))
    }
  }

  @Test("Loops stand inside of loops")
  func nested() {
    let sum = Atomic(0)
    Threads.forEach(8, on: 4) { outer in
      Threads.forEach(8, on: 4) { inner in
        _ = sum.wrappingAdd(outer * 8 + inner, ordering: .relaxed)
      }
    }
    #expect(sum.load(ordering: .relaxed) == 63 * 64 / 2)
  }

  @Test("Numbers wait for one another across threads, where there are two")
  func together() {
    // Neither call ends before the other has begun.
    let begun = Atomic(0)
    Threads.forEach(2, on: 2) { _ in
      _ = begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while begun.load(ordering: .sequentiallyConsistent) < 2 {}
    }
    #expect(begun.load(ordering: .sequentiallyConsistent) == 2)
  }

  @Test("Thousands of short loops, many at once, lose no number")
  func manyShortLoops() {
    let sum = Atomic(0)
    Threads.forEach(8, on: 8) { _ in
      for _ in 0..<2000 {
        Threads.forEach(5, on: 4) { index in _ = sum.wrappingAdd(index + 1, ordering: .relaxed) }
      }
    }
    #expect(sum.load(ordering: .relaxed) == 8 * 2000 * 15)
  }
}
