/// The actions by the names that clients call them. ReceiveMessage is not here, because it may wait.
enum Actions {
  static func named(_ name: String) -> (any QueueAction.Type)? {
    switch name {
    case "CreateQueue": CreateQueue.self
    case "DeleteQueue": DeleteQueue.self
    case "PurgeQueue": PurgeQueue.self
    case "GetQueueUrl": GetQueueURL.self
    case "ListQueues": ListQueues.self
    case "GetQueueAttributes": GetQueueAttributes.self
    case "SetQueueAttributes": SetQueueAttributes.self
    case "SendMessage": SendMessage.self
    case "SendMessageBatch": SendMessageBatch.self
    case "DeleteMessage": DeleteMessage.self
    case "DeleteMessageBatch": DeleteMessageBatch.self
    case "ChangeMessageVisibility": ChangeMessageVisibility.self
    case "ChangeMessageVisibilityBatch": ChangeMessageVisibilityBatch.self
    default: nil
    }
  }
}
