/** Common to all parts of the model. */
module engine

/** Guards of the promises, with the names that the simulation uses for the same guards. */
abstract sig Guard {}
one sig sequence_rule, refusal_stands, expected_offset, known_command, deterministic_ids, key_and_document, first_receipt, claimed_key, snapshot_offset_seen,
  snapshot_offset_saved, effects_before_save, read_back, claimed_payment, complete_index, index_with_state, parked_order, level_gate,
  unknown_parked extends Guard {}

/** The engine with all guards, or without one. */
one sig Engine { guards: set Guard }

pred with[guard: Guard] { guard in Engine.guards }

/** Assumptions of the promises: each is shown to be necessary. */
abstract sig Assumption {}
one sig no_late_owner_after_log_truncation, no_store_restored_before_log_truncation, sent_orders_recorded_before_log_truncation,
  no_copy_of_an_unreported_duplicate extends Assumption {}
one sig World { assumed: set Assumption }
pred assuming[assumption: Assumption] { assumption in World.assumed }
