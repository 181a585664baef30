import Foundation
import TestSupport
import Testing

/// One suite of what clients can rely on, judged by boto3, for local-sqs and for moto alike.
@Suite(.timeLimit(.minutes(5))) struct QueueSuiteTests {
  private struct Outcome: Decodable {
    let name: String
    let ok: Bool
    let error: String?

    enum CodingKeys: String, CodingKey {
      case name = "case"
      case ok, error
    }
  }

  @Test func `local-sqs passes every case`() async throws {
    let running = try await RunningLocalSQS.start()
    defer { running.program.stop() }
    try await check(endpoint: running.endpoint, options: ["--strict"], expected: Self.common + Self.strict)
  }

  @Test func `moto passes the cases in which it is not laxer than SQS`() async throws {
    let moto = try await MotoServer.start()
    defer { moto.stop() }
    try await check(endpoint: moto.endpoint, options: [], expected: Self.common)
  }

  private func check(endpoint: String, options: [String], expected: [String]) async throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/queue_suite.py").path
    let (status, text) = try await Program.python([script, endpoint] + options)
    #expect(status == 0, "\(text)")
    var outcomes: [String: Outcome] = [:]
    for line in text.split(separator: "\n") {
      let outcome = try JSONDecoder().decode(Outcome.self, from: Data(line.utf8))
      outcomes[outcome.name] = outcome
    }
    #expect(outcomes.keys.sorted() == expected.sorted())
    for name in expected {
      let outcome = try #require(outcomes[name])
      #expect(outcome.ok, "\(name): \(outcome.error ?? "")")
    }
  }

  /// Cases that every implementation passes.
  private static let common = [
    "a_message_is_sent_received_and_deleted",
    "message_attributes_come_back_with_their_digest",
    "message_attributes_are_returned_only_when_asked_for",
    "system_attributes_tell_time_and_count",
    "a_group_id_passes_through_a_standard_queue",
    "batches_send_change_and_delete",
    "a_batch_fails_entry_by_entry",
    "batches_have_limits",
    "a_message_comes_back_after_the_visibility_timeout",
    "a_receive_can_bring_its_own_visibility_timeout",
    "visibility_zero_brings_a_message_back_at_once",
    "a_longer_visibility_keeps_a_message_hidden",
    "visibility_has_a_limit_of_twelve_hours",
    "a_message_can_be_delayed",
    "a_queue_can_delay_its_messages",
    "a_long_poll_ends_when_a_message_arrives",
    "a_long_poll_ends_when_a_message_comes_back",
    "a_long_poll_ends_empty_after_its_time",
    "the_queue_says_how_long_a_receive_waits",
    "a_message_goes_to_the_dead_letter_queue_after_its_receives",
    "deleting_twice_is_no_error",
    "a_malformed_receipt_handle_is_refused",
    "a_fifo_queue_keeps_the_order_of_each_group",
    "a_group_waits_for_its_message_in_flight",
    "a_failed_head_comes_back_before_the_rest_of_its_group",
    "a_duplicate_is_not_delivered",
    "content_can_be_the_deduplication_id",
    "a_fifo_message_needs_a_group",
    "a_fifo_message_needs_a_deduplication_id",
    "a_fifo_queue_has_fifo_dead_letters",
    "a_queue_that_is_not_there_is_an_error",
    "a_queue_can_be_made_again_but_not_differently",
    "queue_names_have_rules",
    "queues_are_listed_by_prefix",
    "attributes_are_set_and_read",
    "purging_removes_everything",
    "a_deleted_queue_is_gone",
    "a_message_has_a_size_limit",
    "parameters_have_ranges",
  ]

  /// Rules of SQS that moto does not enforce (5.2.1), so these run on local-sqs only.
  private static let strict = [
    "system_attributes_have_a_digest",
    "batch_ids_must_differ_for_every_action",
    "a_bad_message_fails_alone_in_its_batch",
    "visibility_of_a_visible_message_cannot_be_changed",
    "visibility_counts_from_the_receive",
    "a_deleted_queue_ends_its_long_polls",
    "a_dead_letter_wakes_who_waits_and_keeps_count_and_source",
    "a_redrive_policy_is_checked",
    "a_receipt_handle_of_another_queue_is_refused",
    "an_old_receipt_handle_deletes_nothing",
    "the_latest_receipt_handle_deletes_after_the_timeout",
    "a_duplicate_is_not_delivered_even_after_delete",
    "a_duplicate_is_answered_with_the_first_ones_names",
    "sequence_numbers_rise_and_have_twenty_digits",
    "a_fifo_message_cannot_have_its_own_delay",
    "a_fifo_message_cannot_be_deleted_after_the_timeout",
    "a_receive_can_be_repeated_by_its_attempt_id",
    "queues_are_listed_in_pages",
    "attribute_values_are_checked",
    "purging_twice_within_a_minute_is_refused",
    "one_mebibyte_fits_attributes_included",
    "a_body_must_not_be_empty",
    "control_characters_are_refused",
    "message_attributes_have_rules",
  ]
}
