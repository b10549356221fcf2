/** Common to all parts of the model. */
module engine

/** Guards of the promises, with the names that the simulation uses for the same guards. */
abstract sig Guard {}
one sig sequence_rule, refusal_stands, expected_offset, known_command, deterministic_ids, key_and_words, first_receipt, claimed_key, checkpoint_seen,
  checkpoint_saved, effects_before_save, read_back, claimed_payment, complete_index, index_beside_fold, parked_order, level_gate,
  unknown_parked extends Guard {}

/** The engine with all guards, or without one. */
one sig Engine { guards: set Guard }

pred with[guard: Guard] { guard in Engine.guards }

/** Assumptions of the promises: each is shown to be necessary. */
abstract sig Assumption {}
one sig nobody_is_late_once_a_tail_is_lost, no_store_goes_back_behind_a_lost_tail, what_was_sent_is_noted_before_a_tail_is_lost,
  no_copy_is_made_of_an_untold_duplicate extends Assumption {}
one sig World { assumed: set Assumption }
pred assuming[assumption: Assumption] { assumption in World.assumed }
