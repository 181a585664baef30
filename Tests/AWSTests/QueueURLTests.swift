import Testing

@testable import AWS

@Suite struct QueueURLTests {
  @Test(arguments: [
    ("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "eu-west-1"),
    ("https://sqs-fips.us-east-1.amazonaws.com/123456789012/jobs", "us-east-1"),
    ("https://sqs.us-gov-west-1.amazonaws.com/123456789012/jobs", "us-gov-west-1"),
    ("https://sqs.eu-west-1.api.aws/123456789012/jobs", "eu-west-1"),
    ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/jobs", "cn-north-1"),
    ("https://eu-west-1.queue.amazonaws.com/123456789012/jobs", "eu-west-1"),
    ("https://cn-north-1.queue.amazonaws.com.cn/123456789012/jobs", "cn-north-1"),
    ("https://queue.amazonaws.com/123456789012/jobs", "us-east-1"),
    ("https://vpce-0a1b-2c3d.sqs.eu-west-1.vpce.amazonaws.com/123456789012/jobs", "eu-west-1"),
    ("https://vpce-0a1b-2c3d-eu-west-1a.sqs.eu-west-1.vpce.amazonaws.com/123456789012/jobs", "eu-west-1"),
    ("http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/jobs", "us-east-1"),
    ("http://localhost:4566/000000000000/jobs", nil), ("http://127.0.0.1:9324/000000000000/jobs", nil),
    ("http://sqs.internal/000000000000/jobs", nil), ("http://queue.example.com/jobs", nil),
    ("https://sqs.eu-west.example.com/1/jobs", nil),
  ])
  func `the region is read from the host, whatever its age`(text: String, region: String?) throws {
    let url = try QueueURL(text)
    #expect(url.region == region)
    #expect(url.name == "jobs" && url.text == text && !url.isFIFO)
  }

  @Test func `name, account and FIFO come from the path, and the text stays as it is`() throws {
    let fifo = try QueueURL("HTTPS://SQS.eu-west-1.amazonaws.com:443/123456789012/Jobs.fifo")
    #expect(fifo.name == "Jobs.fifo" && fifo.isFIFO && fifo.accountID == "123456789012")
    #expect("\(fifo)" == "HTTPS://SQS.eu-west-1.amazonaws.com:443/123456789012/Jobs.fifo")
    #expect(try QueueURL("http://localhost:9324/queue/jobs").accountID == nil)
    #expect(try QueueURL("http://localhost:9324/queue/fifo").isFIFO == false)
  }

  @Test(arguments: [
    "", "jobs", "arn:aws:sqs:eu-west-1:123456789012:jobs", "https://sqs.eu-west-1.amazonaws.com", "https://host/",
    "https://host/1/jobs/", "https://host/1/jobs?x", "https://host/1/jo bs", "sqs://host/1/jobs",
  ])
  func `what names no queue is refused with an example of what does`(text: String) {
    do {
      _ = try QueueURL(text)
      Issue.record("taken: \(text)")
    } catch let error as AWSError {
      #expect(error.code == .configuration)
      #expect(error.message.contains("like https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"))
    } catch {
      Issue.record("\(error)")
    }
  }
}
