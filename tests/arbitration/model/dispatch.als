/**
 * Owners of one partition at dispatch, which send the orders: services/dispatch/src/partition/dispatch-partition.ts and
 * effects-from.ts. Each fact requires one order. An order has the name of its fact.
 */
module dispatch
open engine
open util/ordering[Offset] as offset

/** Offsets of the ledger; the last is only its end. */
sig Offset {}
sig Fact { prevhash: lone Fact }
fact { no f: Fact | f in f.^prevhash }

/** `history`: the last fact that counts before an offset. */
one sig Ledger { var end: one Offset, var records: Offset -> lone Fact, var history: Offset -> lone Fact }
fact { always {
  no Ledger.history[offset/first]
  all p: Offset - offset/last | Ledger.history[p.offset/next] = (counts[p] => Ledger.records[p] else Ledger.history[p])
} }
pred counts[p: Offset] { some Ledger.records[p] and Ledger.records[p].prevhash = Ledger.history[p] }

sig Owner {
  var position: lone Offset,
  /** uncertainBefore: an earlier owner can have processed the records before it. */
  var uncertain: lone Offset,
  /** The record that it has read, and the order that it is about to send. */
  var taken: lone Offset,
  var order: lone Fact,
  /** Orders sent in a period whose records the ledger has lost. */
  var remembers: set Fact
}
one sig Group { var holder: lone Owner, var committed: one Offset }
abstract sig Snapshots { var snapshot_offset: lone Offset }
one sig Store, Copy extends Snapshots {}
/** Owners with an offset among truncated records: they have the fingerprint. */
one sig Lost { var owners: set Owner, var snapshots: set Snapshots }
/**
 * freeze.dispatched: offsets up to which all orders were sent, whether the furthest are lost, and orders sent since the
 * last valid one.
 */
one sig Dispatched { var noted: set Offset, var cut: set Offset, var lost: set Fact }
/** Orders that were sent, were sent twice, were sent by a late owner, or were reported to the operators. */
one sig Orders { var sent: set Fact, var again: set Fact, var late: set Fact, var named: set Fact }

abstract sig Act {}
one sig LedgerWrites, TakesOver, OpensAgain, Looks, Sends, Saves, StoreForgets, StoreGoesBack, OffsetsForgotten, TruncatesLog, Rests extends Act {}
one sig Step { var act: one Act, var who: lone Owner, var what: lone Fact }
pred step[a: Act, o: lone Owner, f: lone Fact] { Step.act = a and Step.who = o and Step.what = f }

pred ledger_stays { end' = end and records' = records }
pred stores_stay { snapshot_offset' = snapshot_offset and snapshots' = snapshots }
pred copy_stays { Copy.snapshot_offset' = Copy.snapshot_offset and (Copy in Lost.snapshots' iff Copy in Lost.snapshots) }
pred copied { Copy.snapshot_offset' = Store.snapshot_offset and (Copy in Lost.snapshots' iff Store in Lost.snapshots) }
pred group_stays { holder' = holder and committed' = committed }
pred dispatched_stays { noted' = noted and cut' = cut and lost' = lost }
pred orders_stay { sent' = sent and again' = again and late' = late and named' = named }
pred stay[those: set Owner] { all o: those {
  o.position' = o.position and o.uncertain' = o.uncertain and o.taken' = o.taken and o.order' = o.order and o.remembers' = o.remembers
  o in Lost.owners' iff o in Lost.owners
} }

pred begins {
  Ledger.end = offset/first and no records
  no position and no uncertain and no taken and no order and no remembers
  no Group.holder and Group.committed = offset/first
  no snapshot_offset and no owners and no snapshots
  // The writer of a ledger's first fact records before it that no order was sent.
  Dispatched.noted = offset/first and no cut and no lost
  no sent and no again and no late and no named
}

fun furthest: Offset { offset/max[Dispatched.noted] }
/**
 * Besides the record, the group's offset or the store says how far dispatch has sent; a ledger without either has lost
 * that record.
 */
pred record_is_there {
  furthest = offset/first or furthest = Ledger.end or Group.committed != offset/first or some Store.snapshot_offset
}
pred opened[o: Owner] {
  let from = (record_is_there => furthest else Ledger.end),
      at = (record_is_there and some Store.snapshot_offset and Store not in Lost.snapshots and offset/gt[Store.snapshot_offset, from] => Store.snapshot_offset else from) {
    o.position' = at and o.uncertain' = Ledger.end and no o.taken' and no o.order'
    Store.snapshot_offset' = at and Store not in Lost.snapshots'
    Dispatched.noted' = Dispatched.noted + from
    Orders.named' = Orders.named + { f: Ledger.records[from.offset/prevs - furthest.offset/prevs] | (some p: Ledger.records.f | counts[p]) and f not in Orders.sent }
  }
  Dispatched.lost' = Dispatched.lost + (some Dispatched.cut => Orders.sent else none) and no Dispatched.cut'
  o.remembers' = Dispatched.lost' and o not in Lost.owners'
  copy_stays or copied
  sent' = sent and again' = again and late' = late
  ledger_stays
}
pred takes_over[o: Owner] {
  o != Group.holder
  step[TakesOver, o, none]
  opened[o]
  Group.holder' = o and committed' = committed
  stay[Owner - o]
}
/** An error, a completed operation reported as failed, or a log truncation that the reader detects. */
pred opens_again[o: Owner] {
  some o.position
  some o.taken or has_to_open[o]
  step[OpensAgain, o, none]
  opened[o]
  group_stays and stay[Owner - o]
}
pred was_sent[o: Owner, f: Fact] {
  with[deterministic_ids] and f in Orders.sent
  f in o.remembers or (with[read_back] and offset/lt[o.position, o.uncertain])
}
/** Reads the next record, reads back whether its order was sent, and checks last that it still has the partition. */
pred looks[o: Owner] { some f: Ledger.records[o.position] {
  o = Group.holder and o not in Lost.owners and no o.taken and no o.order
  step[Looks, o, f]
  o.taken' = o.position
  o.order' = (((counts[o.position] or not with[sequence_rule]) and not was_sent[o, f]) => f else none)
  o.position' = o.position and o.uncertain' = o.uncertain and o.remembers' = o.remembers and owners' = owners
  ledger_stays and stores_stay and group_stays and dispatched_stays and orders_stay and stay[Owner - o]
} }
pred sends[o: Owner] { some f: o.order {
  with[effects_before_save] implies some o.taken
  step[Sends, o, f]
  Orders.sent' = Orders.sent + f and Orders.again' = Orders.again + (f & Orders.sent) and Orders.late' = Orders.late + (o = Group.holder => none else f)
  named' = named
  no o.order' and o.taken' = o.taken and o.position' = o.position and o.uncertain' = o.uncertain and o.remembers' = o.remembers and owners' = owners
  ledger_stays and stores_stay and group_stays and dispatched_stays and stay[Owner - o]
} }
/** A late owner's commit is refused; a commit can be lost, and a sent offset is recorded after the work. */
pred saves[o: Owner] {
  some o.taken
  with[effects_before_save] implies no o.order
  Store.snapshot_offset = o.position
  step[Saves, o, Ledger.records[o.position]]
  o.position' = o.position.offset/next and Store.snapshot_offset' = o.position.offset/next
  no o.taken' and o.order' = o.order and o.uncertain' = o.uncertain and o.remembers' = o.remembers and owners' = owners
  Store in Lost.snapshots' iff (Store in Lost.snapshots or o in Lost.owners)
  copy_stays or copied
  holder' = holder
  Group.committed' = Group.committed or (o = Group.holder and o not in Lost.owners and Group.committed' = o.position.offset/next)
  dispatched_stays or (lost' = lost and (o in Lost.owners
    => noted' = noted and Dispatched.cut' = Dispatched.cut + o.position.offset/next
    else Dispatched.noted' = Dispatched.noted + o.position.offset/next and cut' = cut))
  ledger_stays and orders_stay and stay[Owner - o]
}

/** The next fact, a repeat, or a fact of a late owner. */
pred ledger_writes { some f: Fact {
  step[LedgerWrites, none, f]
  Ledger.end' = Ledger.end.offset/next and Ledger.records' = Ledger.records + Ledger.end -> f
  stores_stay and group_stays and dispatched_stays and orders_stay and stay[Owner]
} }
pred forgets {
  step[StoreForgets, none, none]
  some Store.snapshot_offset and no Store.snapshot_offset' and Store not in Lost.snapshots'
  copy_stays or copied
  ledger_stays and group_stays and dispatched_stays and orders_stay and stay[Owner]
}
pred goes_back {
  step[StoreGoesBack, none, none]
  some Copy.snapshot_offset and Store.snapshot_offset' = Copy.snapshot_offset and (Store in Lost.snapshots' iff Copy in Lost.snapshots)
  copy_stays
  ledger_stays and group_stays and dispatched_stays and orders_stay and stay[Owner]
}
pred offsets_are_forgotten {
  step[OffsetsForgotten, none, none]
  Group.committed != offset/first and Group.committed' = offset/first and holder' = holder
  ledger_stays and stores_stay and dispatched_stays and orders_stay and stay[Owner]
}
pred truncates_log {
  step[TruncatesLog, none, none]
  offset/lt[Ledger.end', Ledger.end]
  Ledger.records' = Ledger.end'.offset/prevs <: Ledger.records
  let gone = Ledger.end'.offset/nexts {
    Lost.owners' = Lost.owners + position.gone + taken.(gone + Ledger.end') and Lost.snapshots' = Lost.snapshots + snapshot_offset.gone
    Dispatched.noted' = Dispatched.noted - gone and Dispatched.cut' = Dispatched.cut + Dispatched.noted & gone
    Group.committed' = (Group.committed in gone => Ledger.end' else Group.committed)
  }
  lost' = lost and holder' = holder and snapshot_offset' = snapshot_offset
  position' = position and uncertain' = uncertain and taken' = taken and order' = order and remembers' = remembers
  orders_stay
}
pred rests {
  step[Rests, none, none]
  ledger_stays and stores_stay and group_stays and dispatched_stays and orders_stay and stay[Owner]
}
pred works[o: Owner] { opens_again[o] or looks[o] or sends[o] or saves[o] }
pred goes_on { rests or ledger_writes or forgets or goes_back or offsets_are_forgotten or truncates_log or some o: Owner | takes_over[o] or works[o] }

// Promises

pred order_caused { all f: Orders.sent | some p: Ledger.records.f | counts[p] }
/** An order was sent twice only where a late owner sent one. */
pred an_order_goes_out_once { Orders.again in Orders.late }
pred is_done { some Group.holder and Group.holder.position = Ledger.end and no Group.holder.order }
pred has_to_open[o: Owner] { o in Lost.owners or Store.snapshot_offset != o.position }
pred can_work { let o = Group.holder | no o or has_to_open[o] or some o.taken or o.position != Ledger.end }
pred order_sent { is_done implies all p: Ledger.records.Fact | counts[p] implies Ledger.records[p] in Orders.sent + Orders.named }
/** Faults are over: only the holder works while it has work. */
pred is_quiet {
  Step.act = Rests => not can_work else (some Group.holder
    => Step.who = Group.holder and Step.act != TakesOver and (Step.act = OpensAgain implies has_to_open[Group.holder])
    else Step.act = TakesOver)
}
/** The assumption, for a run. */
pred is_as_assumed { (assuming[sent_orders_recorded_before_log_truncation] and (once Step.act = TruncatesLog or eventually Step.act = TruncatesLog)) implies {
  Step.act = Saves implies not dispatched_stays
  Step.act in TakesOver + OpensAgain implies no taken
} }

// Possible steps

pred an_order_comes_twice { some Orders.again }
pred a_late_owner_sends { Step.act = Sends and Step.who != Group.holder }
pred an_order_is_found_that_went_out { Step.act = Looks and counts[Step.who.position] and no Step.who.order' and not once Step.act = TruncatesLog }
pred an_order_is_named { some Orders.named }
pred the_log_is_truncated { some Orders.sent and some Step.who.remembers and Step.act = Looks and Step.what in Step.who.remembers }
pred a_stored_record_does_not_count { some p: Ledger.records.Fact | not counts[p] }

// Inductive invariant

pred are_worked_off[offsets: set Offset] { all p: offsets | counts[p] implies Ledger.records[p] in Orders.sent + Orders.named }
pred holds {
  no Lost.owners and no Lost.snapshots and no Dispatched.cut and no Dispatched.lost and no remembers
  offset/first in Dispatched.noted
  all p: Offset | some Ledger.records[p] <=> offset/lt[p, Ledger.end]
  all p: Snapshots.snapshot_offset + Owner.position + Dispatched.noted | offset/lte[p, Ledger.end] and are_worked_off[p.offset/prevs]
  all p: Owner.uncertain + Group.committed | offset/lte[p, Ledger.end]
  order_caused
  Orders.late in Orders.sent and Orders.again in Orders.late
  some Group.holder => some Group.holder.position
  all o: Owner | no o.position => no o.uncertain and no o.taken and no o.order else {
    some o.uncertain
    some o.taken => o.taken = o.position and some Ledger.records[o.position] and (counts[o.position] implies Ledger.records[o.position] in Orders.sent + Orders.named + o.order) else no o.order
    o.order in Ledger.records[o.position] and (some o.order implies counts[o.position])
  }
  // Since the holder opened the partition, no other owner has sent an order in time.
  all o: Group.holder, f: Orders.sent - Orders.late - o.order | all p: Ledger.records.f | counts[p] implies offset/lt[p, o.uncertain] or offset/lt[p, o.position] or p = o.taken
  Group.holder.order & Orders.sent in Orders.late
}
