import CCurl
import Testing

@testable import Curl

@Suite struct CurlErrorTests {
  @Test func `a description is a sentence with the number behind it`() {
    #expect("\(CurlError(code: .closed, message: "the client was shut down"))" == "closed: the client was shut down")
    #expect("\(CurlError(code: .sendFailed, message: "x", curlCode: 55))" == "sendFailed: x (libcurl error 55)")
  }

  /// Numbers from "libcurl-errors"; 104 is ECONNRESET, 32 is EPIPE.
  @Test(arguments: [
    (1, 0, false, false, CurlError.Code.invalidRequest), (1, 0, true, true, .badAnswer),
    (3, 0, false, false, .invalidRequest),
    (6, 0, false, false, .nameNotResolved), (7, 111, false, false, .connectionFailed),
    (28, 0, false, false, .connectTimeout),
    (35, 0, false, false, .tlsFailed), (60, 0, false, false, .tlsFailed), (52, 0, true, false, .closedBeforeAnswer),
    (65, 0, true, false, .closedBeforeAnswer), (42, 0, true, false, .closedBeforeAnswer),
    (55, 32, true, false, .sendFailed),
    (55, 104, true, false, .connectionReset), (56, 104, true, false, .connectionReset), (56, 0, true, true, .badAnswer),
    (18, 0, true, true, .partialAnswer), (8, 0, true, true, .badAnswer), (100, 0, true, true, .badAnswer),
    (2, 0, false, false, .other),
    // Once the request was written, no error may say that it was not.
    (6, 0, true, false, .closedBeforeAnswer), (7, 111, true, false, .closedBeforeAnswer),
    (28, 0, true, false, .closedBeforeAnswer),
  ])
  func `a result of libcurl's becomes`(
    number: UInt32, systemError: Int32, wasWritten: Bool, answerBegan: Bool, code: CurlError.Code
  ) {
    #expect(
      CurlError.Code(
        .init(rawValue: number), systemError: systemError, requestWasWritten: wasWritten, answerBegan: answerBegan)
        == code)
  }
}
