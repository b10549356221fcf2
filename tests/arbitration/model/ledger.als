/**
 * Owners of one partition of the ledger: services/ledger/src/own-partition.ts and packages/request-state/src/partition-state.ts.
 * A command becomes a fact, or a refusal under other profiles of an owner. The state of a request is the set of its
 * facts and recorded refusals. The set also stands for the hash: commands are read in topic order, so the same facts
 * are the same history.
 */
module ledger
open engine
open util/ordering[Offset] as offset
open util/ordering[Command] as topic

/** Offsets of the ledger; the last is only its end. */
sig Offset {}
sig Request {}
sig Profiles {}
abstract sig Kind {}
one sig OpenRequest, ReportFreeze, Withdraw extends Kind {}
/** Commands in topic order. Those of a request begin with its opening and end with its end. */
sig Command { request: one Request, kind: one Kind }
fact { all r: Request | let said = request.r {
  one said & kind.OpenRequest and no (said & kind.OpenRequest).topic/prevs & said
  one said & kind.Withdraw and no (said & kind.Withdraw).topic/nexts & said
} }
sig Fact { cause: one Command, by: one Profiles }
fact { all c: Command, p: Profiles | one f: Fact | f.cause = c and f.by = p }
/** Records that are the refusal of their command. */
one sig Refusals { members: set Fact }
fun Refusal: set Fact { Refusals.members }
fact { Refusal.cause.kind in ReportFreeze }
fun of[r: Request]: set Fact { cause.request.r }
/** The predecessors of a record: for a fact the facts, for a refusal the last refusal too. */
fun base[f: Fact, state: set Fact]: set Fact { f in Refusal => state else state - Refusal }
pred was_refused[f: Fact, state: set Fact] { f.cause in (state & Refusal).cause }
/** The transitions of the statechart. */
pred is_legal[c: Command, state: set Fact] {
  c.kind = OpenRequest => no state else some state and Withdraw not in state.cause.kind
}

/** A process that has, or had, the partition. */
sig Owner {
  profiles: one Profiles,
  var position: lone Offset,
  /** The states of all requests as it knows them; it loads others from the store. */
  var states: set Fact,
  /** The offset of an append that it has not saved. */
  var landed: lone Offset,
  /** Its next command; none after the last. */
  var takes: lone Command
}
one sig Group { var holder: lone Owner, var committed: lone Command }
/** `history`: the records before an offset that count, by the acceptance rule alone. */
one sig Ledger { var end: one Offset, var records: Offset -> lone Fact, var prevhash: Offset -> Fact, var history: Offset -> Fact }
/**
 * The snapshot store, and an earlier copy that can be restored. `derived`: the states that an owner opens with at each
 * offset.
 */
abstract sig Snapshots { var snapshot_offset: lone Offset, var saved: set Fact, var past: lone Fact, var pasthash: set Fact }
one sig Store extends Snapshots { var derived: Offset -> Fact }
one sig Copy extends Snapshots {}

abstract sig Act {}
one sig TakesOver, OpensAgain, Decides, Appends, Saves, Passes, StoreForgets, StoreGoesBack, TruncatesLog, Rests extends Act {}
/** The step and its actor, for the description of a run. */
one sig Step { var act: one Act, var who: lone Owner }
pred step[a: Act, o: lone Owner] { Step.act = a and Step.who = o }

fact "a fact counts that is the next of its history, and was not refused" { always {
  no Ledger.history[offset/first]
  all p: Offset - offset/last | let f = Ledger.records[p], known = Ledger.history[p] |
    let state = known & of[f.cause.request] |
      Ledger.history[p.offset/next] = known + (Ledger.prevhash[p] = base[f, state] and not was_refused[f, state] => f else none)
} }

/** The store was derived from truncated records: forgetLostPast compares the newest fingerprint. */
pred past_is_lost {
  some Store.snapshot_offset
  offset/gt[Store.snapshot_offset, Ledger.end] or
    (Store.snapshot_offset != offset/first and let p = Store.snapshot_offset.offset/prev | Ledger.records[p] != Store.past or Ledger.prevhash[p] != Store.pasthash)
}
pred must_rebuild { no Store.snapshot_offset or past_is_lost }
fact "a reader applies the records after the snapshot offset" { always {
  all p: Offset | p = (must_rebuild => offset/first else Store.snapshot_offset) => Store.derived[p] = (must_rebuild => none else Store.saved)
  all p: Offset - offset/last | let f = Ledger.records[p], known = Store.derived[p] |
    (must_rebuild or offset/gte[p, Store.snapshot_offset])
      => (let state = known & of[f.cause.request] | Store.derived[p.offset/next] = known +
        (((with[sequence_rule] implies Ledger.prevhash[p] = base[f, state]) and (with[refusal_stands] implies not was_refused[f, state])) => f else none))
      else no Store.derived[p] - Store.saved
} }

pred ledger_stays { end' = end and records' = records and prevhash' = prevhash }
pred stores_stay { snapshot_offset' = snapshot_offset and saved' = saved and past' = past and pasthash' = pasthash }
pred same_copy { Copy.snapshot_offset' = Copy.snapshot_offset and Copy.saved' = Copy.saved and Copy.past' = Copy.past and Copy.pasthash' = Copy.pasthash }
pred copied { Copy.snapshot_offset' = Store.snapshot_offset and Copy.saved' = Store.saved and Copy.past' = Store.past and Copy.pasthash' = Store.pasthash }
pred group_stays { holder' = holder and committed' = committed }
pred stay[owners: set Owner] { all o: owners {
  o.position' = o.position and o.states' = o.states and o.landed' = o.landed and o.takes' = o.takes
} }

pred begins {
  no Group.holder and Group.committed = topic/first
  no position and no states and no landed and no takes
  Ledger.end = offset/first and no records and no prevhash
  no snapshot_offset and no saved and no past and no pasthash
}

pred opened[o: Owner] {
  o.position' = Ledger.end and o.states' = Store.derived[Ledger.end] and no o.landed'
  Store.snapshot_offset' = Ledger.end and Store.saved' = Store.derived[Ledger.end]
  Store.past' = Ledger.records[Ledger.end.offset/prev] and Store.pasthash' = Ledger.prevhash[Ledger.end.offset/prev]
  same_copy or copied
  ledger_stays
}
/** The former owner is dead or continues as a late owner. */
pred takes_over[o: Owner] {
  o != Group.holder
  step[TakesOver, o]
  opened[o]
  all other: Owner - o | stay[other] or (no other.position' and no other.states' and no other.landed' and no other.takes')
  Group.holder' = o and o.takes' = Group.committed and committed' = committed
}

pred may_load[o: Owner] { with[snapshot_offset_seen] implies Store.snapshot_offset = o.position }
pred may_save[o: Owner, at: Offset] {
  with[expected_offset] implies at = o.position
  with[snapshot_offset_saved] implies Store.snapshot_offset = o.position
}
/** StateLostError, or the check each second. */
pred has_to_open[o: Owner] {
  Store.snapshot_offset != o.position or (some o.landed and not may_save[o, o.landed]) or offset/gt[o.position, Ledger.end]
}
pred opens_again[o: Owner] {
  some o.position and has_to_open[o]
  step[OpensAgain, o]
  opened[o]
  o.takes' = o.takes and group_stays and stay[Owner - o]
}
/** A late owner's commit is refused; another owner's commit can be lost with it. */
pred is_done_with[o: Owner, c: Command] {
  o.takes' = c.topic/next and holder' = holder
  Group.committed' = Group.committed or (o = Group.holder and Group.committed' = c.topic/next)
}
pred is_known[c: Command, state: set Fact] { c in state.cause and with[known_command] }

pred appended[o: Owner, f: Fact, state: set Fact] {
  some o.position and no o.landed
  f.cause = o.takes and f.by = o.profiles
  not is_known[f.cause, state] and is_legal[f.cause, state]
  Ledger.end' = Ledger.end.offset/next
  Ledger.records' = Ledger.records + Ledger.end -> f
  Ledger.prevhash' = Ledger.prevhash + Ledger.end -> base[f, state]
  stay[Owner - o]
}
pred has_saved[o: Owner, f: Fact, state: set Fact, at: Offset] {
  may_save[o, at]
  let r = f.cause.request {
    Store.snapshot_offset' = at.offset/next and Store.saved' = Store.saved - of[r] + state + f and Store.past' = f and Store.pasthash' = base[f, state]
    o.position' = at.offset/next and o.states' = o.states - of[r] + state + f and no o.landed'
  }
  same_copy or copied
  is_done_with[o, f.cause]
}
pred appends[o: Owner] { some f: Fact | let r = f.cause.request {
  step[Appends, o]
  (appended[o, f, o.states & of[r]] and o.states' = o.states) or
    (may_load[o] and appended[o, f, Store.saved & of[r]] and o.states' = o.states - of[r] + Store.saved & of[r])
  o.landed' = Ledger.end and o.position' = o.position and o.takes' = o.takes
  stores_stay and group_stays
} }
pred saves[o: Owner] { some o.landed and (some f: Fact {
  step[Saves, o]
  f.cause = o.takes and f.by = o.profiles
  has_saved[o, f, o.states & of[f.cause.request], o.landed]
  ledger_stays and stay[Owner - o]
}) }
/** The same in one step, where no other step comes between. */
pred decides[o: Owner] { some f: Fact | let r = f.cause.request {
  step[Decides, o]
  (appended[o, f, o.states & of[r]] and has_saved[o, f, o.states & of[r], Ledger.end]) or
    (may_load[o] and appended[o, f, Store.saved & of[r]] and has_saved[o, f, Store.saved & of[r], Ledger.end])
} }
/** Appends no record: the command was applied before or is impossible. */
pred passes[o: Owner] { some c: o.takes {
  step[Passes, o]
  no o.landed
  adds_nothing[c, o.states & of[c.request]] or (may_load[o] and adds_nothing[c, Store.saved & of[c.request]])
  is_done_with[o, c]
  o.position' = o.position and o.states' = o.states and no o.landed'
  ledger_stays and stores_stay and stay[Owner - o]
} }
pred adds_nothing[c: Command, state: set Fact] { is_known[c, state] or not is_legal[c, state] }

pred forgets {
  step[StoreForgets, none]
  some Store.snapshot_offset
  no Store.snapshot_offset' and no Store.saved' and no Store.past' and no Store.pasthash'
  same_copy or copied
  ledger_stays and group_stays and stay[Owner]
}
pred goes_back {
  step[StoreGoesBack, none]
  some Copy.snapshot_offset
  Store.snapshot_offset' = Copy.snapshot_offset and Store.saved' = Copy.saved and Store.past' = Copy.past and Store.pasthash' = Copy.pasthash
  same_copy
  ledger_stays and group_stays and stay[Owner]
}
pred truncates_log {
  step[TruncatesLog, none]
  offset/lt[Ledger.end', Ledger.end]
  Ledger.records' = Ledger.end'.offset/prevs <: Ledger.records and Ledger.prevhash' = Ledger.end'.offset/prevs <: Ledger.prevhash
  stores_stay and group_stays and stay[Owner]
}
pred rests {
  step[Rests, none]
  ledger_stays and stores_stay and group_stays and stay[Owner]
}
pred works[o: Owner] { opens_again[o] or appends[o] or saves[o] or decides[o] or passes[o] }
pred goes_on { rests or forgets or goes_back or truncates_log or some o: Owner | takes_over[o] or works[o] }

// Promises

fun known: set Fact { Ledger.history[Ledger.end] }
pred decided_once { all disj f, g: known | f.cause != g.cause }
pred history_unbroken { all p: Ledger.records.Fact | Ledger.prevhash[p] in Ledger.records[p.offset/prevs] }
pred read_ledger { not must_rebuild implies Store.saved = Ledger.history[Store.snapshot_offset] }
pred ended { all r: Request | some known & of[r] & cause.kind.Withdraw }
pred can_work { let o = Group.holder | no o or has_to_open[o] or some o.landed or some o.takes }
pred has_space { some Ledger.end.offset/next }
/** Faults are over: only the holder works while it has work, in one step where no other step can come between. */
pred is_quiet {
  Step.act = Rests => not can_work else (some Group.holder
    => Step.who = Group.holder and Step.act != TakesOver and (Step.act = Appends implies Ledger.end != Group.holder.position)
    else Step.act = TakesOver)
}
/** The assumptions, for a run. */
pred is_as_assumed { once Step.act = TruncatesLog implies {
  assuming[no_late_owner_after_log_truncation] implies no (Owner - Group.holder).position
  assuming[no_store_restored_before_log_truncation] implies Step.act != StoreGoesBack
} }

// Possible steps

pred a_late_owner_appends { Step.act in Decides + Appends and Step.who != Group.holder }
pred two_owners_have_written_and_not_saved { some disj o, other: Owner | some o.landed and some other.landed }
pred a_stored_record_does_not_count { some p: Ledger.records.Fact | Ledger.records[p] not in Ledger.history[p.offset/next] }
pred a_store_that_went_back_is_noticed { once Step.act = StoreGoesBack and Step.act = OpensAgain and offset/lt[Store.snapshot_offset, Step.who.position] }
pred the_log_is_truncated { once Step.act = TruncatesLog and Step.act = OpensAgain and past_is_lost }
pred what_was_refused_is_made_a_fact_by_another { some p: Ledger.records.Fact | was_refused[Ledger.records[p], Ledger.history[p]] and Ledger.records[p] not in Refusal }
pred a_request_has_ended { ended }

// Inductive invariant

pred holds {
  all p: Offset | some Ledger.records[p] <=> offset/lt[p, Ledger.end]
  all p: Offset - Ledger.records.Fact | no Ledger.prevhash[p]
  all p: Ledger.records.Fact | let f = Ledger.records[p], state = Ledger.prevhash[p] {
    state in of[f.cause.request] and f.cause not in state.cause and is_legal[f.cause, state]
    some q: p + p.offset/prevs | let known = Ledger.history[q] & of[f.cause.request] | state = base[f, known] and f.cause not in known.cause
  }
  all p: Offset, f: Ledger.history[p] {
    no g: Ledger.history[p] - f | g.cause = f.cause
    f.cause.topic/prevs & request.(f.cause.request) in Ledger.history[p].cause
  }
  all s: Snapshots | no s.snapshot_offset => no s.saved + s.past + s.pasthash else {
    offset/lte[s.snapshot_offset, Ledger.end] and s.saved = Ledger.history[s.snapshot_offset]
    let p = s.snapshot_offset.offset/prev | s.past = Ledger.records[p] and s.pasthash = Ledger.prevhash[p]
  }
  all o: Owner | no o.position => no o.landed and no o.takes and no o.states else {
    offset/lte[o.position, Ledger.end]
    o.states = Ledger.history[o.position]
    (some o.takes => o.takes.topic/prevs else Command) in Ledger.history[o.position].cause
    some o.landed => {
      offset/lte[o.position, o.landed]
      Ledger.records[o.landed].cause = o.takes and Ledger.records[o.landed].by = o.profiles and o.takes not in o.states.cause
      Ledger.prevhash[o.landed] = base[Ledger.records[o.landed], o.states & of[o.takes.request]]
    }
  }
  some Group.holder => some Group.holder.position
  (some Group.committed => Group.committed.topic/prevs else Command) in known.cause
}
