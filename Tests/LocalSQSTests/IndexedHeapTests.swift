import Testing

@testable import LocalSQS

@Suite struct IndexedHeapTests {
  @Test(arguments: 1...20) func `it agrees with a dictionary under random operations`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var heap = IndexedHeap<UInt64, UInt64>()
    var model: [UInt64: UInt64] = [:]
    for _ in 0..<2000 {
      let id = random.next() % 60, key = random.next() % 40
      switch random.next() % 5 {
      case 0, 1, 2:
        heap.set(id, to: key)
        model[id] = key
      case 3:
        heap.remove(id)
        model[id] = nil
      default:
        let popped = heap.popFirst()
        #expect(popped?.key == model.values.min())
        if let popped {
          #expect(model[popped.id] == popped.key)
          model[popped.id] = nil
        }
      }
      #expect(heap.count == model.count)
      #expect(heap.first?.key == model.values.min())
      #expect(heap[id] == model[id])
    }
    var keys: [UInt64] = []
    while let popped = heap.popFirst() { keys.append(popped.key) }
    #expect(keys == model.values.sorted())
  }
}
