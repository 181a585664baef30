import Testing

@testable import SQSD

struct PeriodicTaskTests {
  private func attributes(path: String? = nil, name: String? = nil, time: String? = nil) -> [MessageContext.Attribute] {
    [("beanstalk.sqsd.path", path), ("beanstalk.sqsd.task_name", name), ("beanstalk.sqsd.scheduled_time", time)]
      .compactMap { pair in pair.1.map { .init(name: pair.0, value: $0) } }
  }

  @Test func `what a Beanstalk leader enqueues is a tick`() throws {
    let found = try #require(
      PeriodicTask.find(in: attributes(path: "/testjob", name: "task1", time: "2019-11-14 00:47:00 UTC")))
    #expect(found.path == "/testjob")
    #expect(found.task.name == "task1")
    #expect(found.task.scheduledAt?.description == "2019-11-14T00:47:00Z")
  }

  @Test func `the path and one of the other two make a tick`() {
    #expect(PeriodicTask.find(in: attributes(path: "/a", name: "n"))?.task.scheduledAt == nil)
    #expect(
      PeriodicTask.find(in: attributes(path: "/a", time: "bad"))?.task == PeriodicTask(name: "", scheduledAt: nil))
  }

  @Test func `a path alone, or a name without a path, is an ordinary message`() {
    #expect(PeriodicTask.find(in: attributes(path: "/a")) == nil)
    #expect(PeriodicTask.find(in: attributes(name: "n", time: "2019-11-14 00:47:00 UTC")) == nil)
    #expect(PeriodicTask.find(in: []) == nil)
  }
}
