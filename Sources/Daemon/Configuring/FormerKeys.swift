/// Keys of aws-sqsd's configuration file that change nothing here, and what there is instead.
enum FormerKeys {
  static func counterpart(of key: String) -> String? { counterparts[key] }

  static var names: [String] { counterparts.keys.sorted() }

  private static let counterparts = [
    "keepalive": "connections to the application are always kept",
    "threads": "one thread serves all connections",
    "idle_mode_delay": "an idle queue is long-polled all the time",
    "poll_timer": "the next receive begins as soon as there is room for messages",
    "sqs_wait_time_seconds": "long polls wait 20 s",
    "sqs_max_batch_size": "as many messages are received as there are free connections, up to 10",
    "sqs_batch_delete": "deletes are always batched",
    "sqs_batch_delete_size": "deletes go out ten at a time",
    "batch_delete_timer": "deletes wait 200 ms at most for others",
    "sqs_verify_checksums": "bodies are always checked against SQS's digest",
    "sqs_ssl": "AWS is always called over https; AWS_ENDPOINT_URL_SQS names another endpoint",
    "dynamodb_ssl": "AWS is always called over https; AWS_ENDPOINT_URL_DYNAMODB names another endpoint",
    "concurrent_sqs_polls": "the number of polls follows the backlog",
    "backlog_size": "nothing is received beyond http_connections",
    "via_sns": "the envelope of SNS is POSTed as it is; subscribe with raw message delivery to be rid of it",
    "dedup": "the application sees X-Aws-Sqsd-Msgid and the receive count",
    "dedup_table": "the application sees X-Aws-Sqsd-Msgid and the receive count",
    "message_resend_grace_period": "only SQS repeats a message that was answered or cut off",
    "cloudwatch_interval": "nothing is sent to CloudWatch",
    "environment_name": "nothing is sent to CloudWatch under it",
  ]
}
