import AWS

/// Why the table does not do what it should, with what to do about it where that is one of a few things.
enum TableFault {
  static func text(_ error: any Error, operation: String, table: String, region: String) -> String {
    let fault = "table \(table) in \(region): \(error)"
    guard let error = error as? AWSError else { return fault }
    switch error.code {
    case .accessDenied:
      return "\(fault). The role needs dynamodb:\(operation); add this statement to its policy: "
        + statement(table: table, region: region)
    case .resourceDoesNotExist:
      return "\(fault). There is no such table, at least not in this region and account; create one with: "
        + "aws dynamodb create-table --table-name \(table) --region \(region) --billing-mode PAY_PER_REQUEST "
        + "--attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH"
    case .invalidRequest:
      return "\(fault). The table needs a partition key named id of type String, and no sort key"
    default: return fault
    }
  }

  /// All that the daemon does with the table.
  static func statement(table: String, region: String) -> String {
    let partition =
      region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    // A table can be named by its ARN too.
    let resource = table.hasPrefix("arn:") ? table : "arn:\(partition):dynamodb:\(region):*:table/\(table)"
    return #"{"Effect":"Allow","Action":["dynamodb:PutItem","dynamodb:GetItem","dynamodb:UpdateItem"],"#
      + #""Resource":"\#(resource)"}"#
  }
}
