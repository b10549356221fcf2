/**
 * Two versions of the code on one request: the owner of the ledger's partition
 * (services/ledger/src/raise-feature-level.ts) and its reader at dispatch (packages/request-state/src/partition-state.ts). The
 * older version does not know a critical type of fact that the newer one writes.
 */
module versions
open engine
open util/ordering[Offset] as offset

/** Offsets of the ledger; the last is only its end. */
sig Offset {}
abstract sig Version {}
one sig Older, Newer extends Version {}
/** Each fact requires an order. `new`: of a type that the older version does not know. */
sig Fact { prevhash: lone Fact, new: lone Newer }
fact { no f: Fact | f in f.^prevhash or (no f.prevhash and some f.new) }
pred knows[v: Version, f: Fact] { v = Newer or no f.new }

/**
 * `history`: the last fact that counts before an offset. `followed`: the same for an older version that skips unknown
 * facts. `raised`: the feature level allows the new type.
 */
one sig Ledger { var end: one Offset, var records: Offset -> lone Fact, var history: Offset -> lone Fact, var followed: Offset -> lone Fact, var raised: lone Newer }
fact { always {
  no Ledger.history[offset/first] and no Ledger.followed[offset/first]
  all p: Offset - offset/last | let f = Ledger.records[p] {
    Ledger.history[p.offset/next] = (fits[f, Ledger.history[p]] => f else Ledger.history[p])
    Ledger.followed[p.offset/next] = ((fits[f, Ledger.followed[p]] and knows[Older, f]) => f else Ledger.followed[p])
  }
} }
pred fits[f: lone Fact, last: lone Fact] { some f and f.prevhash = last }
/** The current owner of the partition, and the last fact of the request that it knows. */
one sig Owner { var version: lone Version, var latest: lone Fact }
/**
 * The reader at dispatch, its offset, the last fact that it knows, whether it has parked the request there. `sent`: the
 * facts whose orders were sent.
 */
one sig Dispatch { var runs: one Version, var position: one Offset, var follows: lone Fact, var parked: lone Offset, var sent: set Fact }

abstract sig Act {}
one sig TakesOver, Decides, Sends, PassesOver, Parks, Drops, Replaced, LevelRaised, Rests extends Act {}
one sig Step { var act: one Act, var who: lone Version, var what: lone Fact }
pred step[a: Act, v: lone Version, f: lone Fact] { Step.act = a and Step.who = v and Step.what = f }
pred ledger_stays { end' = end and records' = records and raised' = raised }
pred owner_stays { version' = version and latest' = latest }
pred dispatch_stays { runs' = runs and position' = position and follows' = follows and parked' = parked and sent' = sent }

pred begins {
  Ledger.end = offset/first and no records and no raised
  Owner.version = Newer and no latest
  Dispatch.position = offset/first and no follows and no parked and no sent
}
fun counting: set Fact { { f: Fact | some p: Ledger.records.f | fits[f, Ledger.history[p]] } }
/** An unknown fact or a higher feature level makes an owner give up the partition: NewerLedgerError. */
pred can_own[v: Version] { (v = Older and with[level_gate]) implies no counting.new and no Ledger.raised }
pred takes_over[v: Version] {
  can_own[v]
  step[TakesOver, v, none]
  Owner.version' = v and Owner.latest' = (v = Newer => Ledger.history[Ledger.end] else Ledger.followed[Ledger.end])
  ledger_stays and dispatch_stays
}
/** Writes types that the feature level allows. One owner follows the other here; ledger.als covers late owners. */
pred decides[f: Fact] {
  some Owner.version and knows[Owner.version, f] and f.prevhash = Owner.latest
  (some f.new and with[level_gate]) implies some Ledger.raised
  step[Decides, Owner.version, f]
  some Ledger.end.offset/next
  Ledger.end' = Ledger.end.offset/next and Ledger.records' = Ledger.records + Ledger.end -> f and raised' = raised
  Owner.latest' = f and version' = version
  dispatch_stays
}
/** The operator raises the level once every reader knows the new type. An older owner gives up the partition. */
pred level_is_raised {
  no Ledger.raised and Owner.version = Newer and Dispatch.runs = Newer
  step[LevelRaised, Newer, none]
  raised' = Ledger -> Newer and end' = end and records' = records
  owner_stays and dispatch_stays
}
/** Dispatch reads the next record. A fact of an unknown type parks the request there until its retry. */
pred reads { let p = Dispatch.position, f = Ledger.records[p] {
  some f and no Dispatch.parked
  step[(not fits[f, Dispatch.follows]) => Drops else (knows[Dispatch.runs, f] => Sends else (with[unknown_parked] => Parks else PassesOver)), Dispatch.runs, f]
  Step.act = Sends => Dispatch.sent' = Dispatch.sent + f and Dispatch.follows' = f else sent' = sent and follows' = follows
  Step.act = Parks => Dispatch.parked' = p and position' = position else no parked' and Dispatch.position' = p.offset/next
  runs' = runs
  ledger_stays and owner_stays
} }
/** Another version of dispatch replaces it, in either direction, and processes what it knows. */
pred replaced {
  some v: Version - Dispatch.runs | step[Replaced, v, none] and Dispatch.runs' = v and (v = Newer => no parked' else parked' = parked)
  position' = position and follows' = follows and sent' = sent
  ledger_stays and owner_stays
}
pred rests {
  step[Rests, none, none]
  ledger_stays and owner_stays and dispatch_stays
}
pred goes_on { rests or (some v: Version | takes_over[v]) or (some f: Fact | decides[f]) or level_is_raised or reads or replaced }

// Promises

pred order_caused { Dispatch.sent in counting }
pred decided_on_history { all p: Ledger.records.Fact | fits[Ledger.records[p], Ledger.history[p]] }
pred order_sent { (Dispatch.runs = Newer and Dispatch.position = Ledger.end) implies counting in Dispatch.sent }
pred can_work { Dispatch.position != Ledger.end }
/** Faults are over, and dispatch has the newer version. */
pred is_quiet { Dispatch.runs = Newer and (Step.act = Rests => not can_work else reads) }

// Possible steps

pred a_request_is_parked_and_taken_up { once Step.act = Parks and Step.act = Sends and some Step.what.new }
pred an_older_owner_writes_before_the_level_is_raised { Step.act = Decides and Step.who = Older }
pred an_order_of_the_new_kind_goes_out { some Dispatch.sent.new }

// Inductive invariant

pred holds {
  all p: Offset | some Ledger.records[p] <=> offset/lt[p, Ledger.end]
  decided_on_history
  offset/lte[Dispatch.position, Ledger.end] and Dispatch.follows = Ledger.history[Dispatch.position]
  Dispatch.sent = Ledger.records[Dispatch.position.offset/prevs]
  some Owner.version => Owner.latest = Ledger.history[Ledger.end] and can_own[Owner.version] else no Owner.latest
  no Ledger.raised implies no counting.new
  some Dispatch.parked => Dispatch.runs = Older and Dispatch.parked = Dispatch.position and some Ledger.records[Dispatch.position].new
}
