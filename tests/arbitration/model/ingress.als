/**
 * The ingress of requests: services/intake/src/post-requests.ts, packages/http/src/answer-once.ts and the idempotency
 * store. A receipt consists of its request and the instant at which that was first received.
 */
module ingress
open engine
open util/ordering[Instant] as instant

sig Instant {}
sig Key {}
sig Content {}
/** The ids that the engine can derive: from key and document, or from the key alone. */
sig Request { key: one Key, content: lone Content }
fact { all k: Key {
  one r: Request | r.key = k and no r.content
  all w: Content | one r: Request | r.key = k and r.content = w
} }
fun named[k: Key, w: Content]: Request { { r: key.k | with[key_and_document] => r.content = w else no r.content } }

/** One HTTP request: published with an instant and unanswered; then answered with a receipt, or not. */
sig Sending {
  under: one Key, says: one Content,
  var received: lone Instant,
  var receipt: Request -> lone Instant,
  var is_over: lone Yes
}
one sig Yes {}
one sig Clock { var now: one Instant }
/** The idempotency store: the document of a key, its first answer, and whether an ingress is processing it. */
one sig Keys { var used: Key -> lone Content, var first_answer: Key -> lone Sending, var in_flight: set Key }
/** The first OpenRequest of a request in freeze.commands, and the requests that the ledger has opened. */
one sig Commands { var asked: Request -> lone Instant, var document: Request -> lone Content }
/**
 * `unseen`: opened, and missing in a restored store. `again`: published again by an ingress without the first answer
 * and without a view of the opening.
 */
one sig Ledger { var opened: set Request, var again: set Request, var unseen: set Request }

abstract sig Act {}
one sig Publishes, Answers, AnswersAgain, Refuses, Dies, LedgerOpens, KeyForgotten, LeaseEnds, StoreGoesBack, StatesRestored, Rests extends Act {}
one sig Step { var act: one Act, var what: lone Sending, var of: lone Request, var at: lone Instant }
pred step[a: Act, s: lone Sending, r: lone Request, t: lone Instant] { Step.act = a and Step.what = s and Step.of = r and Step.at = t }

pred keys_stay { used' = used and first_answer' = first_answer and in_flight' = in_flight }
pred commands_stay { asked' = asked and document' = document }
pred ledger_stays { opened' = opened and again' = again and unseen' = unseen }
pred stay[those: set Sending] { all s: those | s.received' = s.received and s.receipt' = s.receipt and s.is_over' = s.is_over }

pred begins {
  no received and no receipt and no is_over
  no used and no first_answer and no in_flight
  no asked and no document and no opened and no again and no unseen
}
fun request_of[s: Sending]: Request { named[s.under, s.says] }
/** receivedBefore: the requests that the ledger has opened are in the states of its owner. */
fun received_before[r: Request]: lone Instant { (r in Ledger.opened - Ledger.unseen) => Commands.asked[r] else none }
pred is_new[s: Sending] { no s.received and no s.is_over }

/** Claims the key, looks up when the request was first received, and publishes. */
pred publishes[s: Sending] { let k = s.under, r = request_of[s], known = received_before[r] {
  is_new[s]
  no Keys.used[k] or (Keys.used[k] = s.says and k not in Keys.in_flight and (no Keys.first_answer[k] or not with[claimed_key]))
  s.received' = ((some known and with[first_receipt]) => known else Clock.now')
  step[Publishes, s, r, s.received']
  instant/gte[Clock.now', Clock.now]
  s.receipt' = s.receipt and s.is_over' = s.is_over
  Keys.used' = Keys.used ++ k -> s.says and Keys.in_flight' = Keys.in_flight + k and first_answer' = first_answer
  no Commands.asked[r]
    => Commands.asked' = Commands.asked + r -> s.received' and Commands.document' = Commands.document + r -> s.says
    else commands_stay
  Ledger.again' = Ledger.again + ((some Commands.asked[r] and no known and no Keys.first_answer[k]) => r else none)
  opened' = opened and unseen' = unseen
  stay[Sending - s]
} }
/** Stores the answer where there is none, also after the key has expired. */
pred answers[s: Sending] { let k = s.under, keeps = (no Keys.used[k] or (Keys.used[k] = s.says and no Keys.first_answer[k])) {
  some s.received
  step[Answers, s, request_of[s], s.received]
  s.receipt' = request_of[s] -> s.received and no s.received' and s.is_over' = Yes
  keeps => Keys.first_answer' = Keys.first_answer ++ k -> s and Keys.used' = Keys.used ++ k -> s.says and Keys.in_flight' = Keys.in_flight - k
    else keys_stay
  now' = now
  commands_stay and ledger_stays and stay[Sending - s]
} }
/** A repeat gets the first answer. */
pred answers_again[s: Sending] { let first = Keys.first_answer[s.under] {
  is_new[s] and some first and Keys.used[s.under] = s.says and with[claimed_key]
  step[AnswersAgain, s, first.receipt.Instant, Request.(first.receipt)]
  s.receipt' = first.receipt and no s.received' and s.is_over' = Yes
  now' = now
  keys_stay and commands_stay and ledger_stays and stay[Sending - s]
} }
/** The key was used for another document. A document that was accepted before the key expired has its answer. */
pred refuses[s: Sending] { let r = request_of[s], known = received_before[r] {
  is_new[s] and some Keys.used[s.under] - s.says
  step[Refuses, s, r, known]
  s.receipt' = (some known => r -> known else none -> none) and no s.received' and s.is_over' = Yes
  now' = now
  keys_stay and commands_stay and ledger_stays and stay[Sending - s]
} }
/** The process is killed or answers 503: the claim keeps its document, and its lease ends or not. */
pred dies[s: Sending] {
  some s.received
  step[Dies, s, request_of[s], none]
  no s.received' and s.receipt' = s.receipt and s.is_over' = Yes
  now' = now and used' = used and first_answer' = first_answer
  in_flight' = in_flight or Keys.in_flight' = Keys.in_flight - s.under
  commands_stay and ledger_stays and stay[Sending - s]
}
pred ledger_opens[r: Request] {
  some Commands.asked[r] and r not in Ledger.opened
  step[LedgerOpens, none, r, Commands.asked[r]]
  Ledger.opened' = Ledger.opened + r and again' = again and unseen' = unseen and now' = now
  keys_stay and commands_stay and stay[Sending]
}
/** After 30 days, or with all others when the store is flushed. */
pred forgets[k: Key] {
  some Keys.used[k]
  step[KeyForgotten, none, none, none]
  Keys.used' = Keys.used - k -> Content and Keys.first_answer' = Keys.first_answer - k -> Sending and Keys.in_flight' = Keys.in_flight - k and now' = now
  commands_stay and ledger_stays and stay[Sending]
}
pred lease_ends[k: Key] {
  k in Keys.in_flight
  step[LeaseEnds, none, none, none]
  Keys.in_flight' = Keys.in_flight - k and used' = used and first_answer' = first_answer and now' = now
  commands_stay and ledger_stays and stay[Sending]
}
/**
 * The states of the ledger's owner are a second or two behind: until they are rebuilt, later openings are missing in
 * them.
 */
pred goes_back {
  step[StoreGoesBack, none, none, none]
  some Ledger.unseen' - Ledger.unseen and Ledger.unseen' in Ledger.opened and opened' = opened and again' = again and now' = now
  keys_stay and commands_stay and stay[Sending]
}
pred restored {
  step[StatesRestored, none, none, none]
  some unseen and no unseen' and opened' = opened and again' = again and now' = now
  keys_stay and commands_stay and stay[Sending]
}
pred rests {
  step[Rests, none, none, none]
  now' = now
  keys_stay and commands_stay and ledger_stays and stay[Sending]
}
pred goes_on {
  rests or goes_back or restored or (some k: Key | forgets[k] or lease_ends[k]) or (some r: Request | ledger_opens[r]) or
    (some s: Sending | publishes[s] or answers[s] or answers_again[s] or refuses[s] or dies[s])
}

// Promises

fun request_in[s: Sending]: lone Request { s.receipt.Instant }
pred is_repeat[s, t: Sending] { s.under = t.under and s.says = t.says }
pred request_kept { all s: receipt.Instant.Request | Commands.document[request_in[s]] = s.says }
pred request_once { all disj s, t: receipt.Instant.Request | is_repeat[s, t] <=> request_in[s] = request_in[t] }
pred receipt_same { all disj s, t: receipt.Instant.Request | is_repeat[s, t] implies s.receipt = t.receipt or request_in[s] in Ledger.again }

// Possible steps

pred a_repeat_has_another_instant { some disj s, t: receipt.Instant.Request | is_repeat[s, t] and s.receipt != t.receipt }
pred a_repeat_gets_the_first_answer { Step.act = AnswersAgain }
pred a_forgotten_key_is_used_for_other_content { some disj s, t: receipt.Instant.Request | s.under = t.under and s.says != t.says }
pred other_content_is_refused { Step.act = Refuses and no Step.at }
pred a_repeat_finds_when_it_came_first { Step.act = Publishes and instant/lt[Step.at, Clock.now'] }

// Inductive invariant

pred holds {
  Ledger.unseen in Ledger.opened and Ledger.opened in Commands.asked.Instant and Ledger.again in Commands.asked.Instant
  all r: Request | Commands.document[r] = (some Commands.asked[r] => r.content else none)
  all s: Sending {
    some s.received => no s.is_over and no s.receipt and (s.received = Commands.asked[request_of[s]] or (request_of[s] in Ledger.again and some Commands.asked[request_of[s]]))
    no s.is_over => no s.receipt
    some s.receipt => request_in[s] = request_of[s] and
      (s.receipt = request_of[s] -> Commands.asked[request_of[s]] or (request_of[s] in Ledger.again))
  }
  all k: Key {
    some Keys.first_answer[k] => Keys.first_answer[k].under = k and Keys.first_answer[k].says = Keys.used[k] and some Keys.first_answer[k].receipt
    k in Keys.in_flight => some Keys.used[k]
  }
}
