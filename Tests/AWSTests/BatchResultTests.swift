import FoundationEssentials
import Testing

@testable import AWS

@Suite struct BatchResultTests {
  private func result(_ json: String, sent ids: [String]) throws -> BatchResult {
    BatchResult(try BatchAnswer(answer: Array(json.utf8)), sent: ids)
  }

  @Test func `every id that was sent is in one of the two lists, in its order`() throws {
    let result = try result(
      #"""
      {"Successful":[{"Id":"2"},{"Id":"0"},{"Id":"both"},{"Id":"never sent"}],
       "Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"m"},
        {"Id":"both","SenderFault":false,"Code":"InternalError"}]}
      """#, sent: ["0", "1", "2", "both", "lost"])
    #expect(result.successful == ["0", "2"])
    #expect(result.failed.map(\.id) == ["1", "both", "lost"])
    #expect(result.failed.map(\.senderFault) == [true, false, false])
    #expect(result.failed.map(\.code) == [.receiptHandleInvalid, .transient, .transient])
    #expect(result.failed.map(\.awsCode) == ["ReceiptHandleIsInvalid", "InternalError", "MissingFromAnswer"])
    #expect(result.failed[0].description == "entry 1 failed: ReceiptHandleIsInvalid: m")
  }

  @Test(arguments: ["{}", #"{"Successful":null,"Failed":null}"#, #"{"Successful":[],"Failed":[]}"#])
  func `an answer without lists means that all failed`(json: String) throws {
    let result = try result(json, sent: ["a", "b"])
    #expect(result.successful.isEmpty && result.failed.count == 2)
  }

  @Test func `an unknown code is the sender's fault or a passing one, as the answer says`() throws {
    let result = try result(
      #"{"Failed":[{"Id":"a","SenderFault":true,"Code":"x#New"},{"Id":"b","Code":"New","Message":"m\nn"},{"Id":"c"}]}"#,
      sent: ["a", "b", "c"])
    #expect(result.failed.map(\.code) == [.invalidRequest, .transient, .transient])
    #expect(result.failed.map(\.awsCode) == ["New", "New", "Unknown"])
    #expect(result.failed[1].message == "m n")
  }

  @Test(arguments: ["", "{}", #"{"Successful":[{"Id":"a","New":[{}]}],"New":{"Id":1}}"#])
  func `an empty answer and members that we do not know are nothing to complain about`(json: String) throws {
    #expect(try result(json, sent: ["a"]).successful.count == (json.utf8.count > 2 ? 1 : 0))
  }

  @Test(arguments: [
    "[]", "{", #"{"Failed":{}}"#, #"{"Failed":["a"]}"#, #"{"Failed":[{}]}"#, #"{"Failed":[{"Id":null}]}"#,
    #"{"Failed":[{"Id":1}]}"#, #"{"Failed":[{"Id":"a","SenderFault":"true"}]}"#, #"{"Successful":[{"Id":"\ud800"}]}"#,
    #"{"Failed":[{"Id":"a","Code":5}]}"#, "{}{}", "<html>",
  ])
  func `an answer of another shape is an error as a whole`(json: String) {
    #expect(throws: JSONSyntaxError.self) { try result(json, sent: ["a"]) }
  }
}
