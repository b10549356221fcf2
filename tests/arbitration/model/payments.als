/**
 * Validation in several partitions of the ledger, and the index that allows a country one open request per payment:
 * services/validation/src/on-fact.ts and open-partition.ts, packages/stores/src/claim-step.ts. All requests here are
 * of one country and about one payment.
 */
module payments
open engine
open util/ordering[Offset] as offset

/** Offsets of a partition; the last is only its end. */
sig Offset {}
sig Partition {}
sig Request { stored_in: one Partition }
abstract sig Kind {}
one sig RequestOpened, RequestVerified, RequestClosed extends Kind {}
sig Fact { subject: one Request, kind: one Kind }
fact { all r: Request, k: Kind | one f: Fact | f.subject = r and f.kind = k }
fun opening: set Fact { kind.RequestOpened }
fun verification: set Fact { kind.RequestVerified }
fun closing: set Fact { kind.RequestClosed }

/**
 * The records that count, the committed offset of the group, and after whose claim another owner opened the partition.
 */
one sig Ledger { var end: Partition -> one Offset, var records: Partition -> Offset -> lone Fact, var committed: Partition -> one Offset, var holder: Partition -> lone Owner, var overtaken: set Owner }
fun at[p: Partition, offsets: set Offset]: set Fact { offsets.(Ledger.records[p]) }

/**
 * The assessments that validation sent: the first for a request counts. `late`: sent by an owner that had lost its
 * partition.
 */
one sig Commands { var stands: set Request, var duplicate: set Request, var late: set Request }

sig Owner {
  of: one Partition,
  var position: lone Offset,
  /** It has entered the record at its position into the index, with this assessment. */
  var taken: lone Offset,
  var says: lone Standing
}
abstract sig Standing {}
one sig Stands, Duplicate extends Standing {}

/**
 * Redis: offset of a partition's states, offset of its index, its owner, whether the index is complete, and whether on
 * the running server.
 */
abstract sig Redis { var snapshot_offset: Partition -> lone Offset, var joined: set Request, var upTo: Partition -> lone Offset, var owned: Partition -> lone Owner, var whole: set Partition }
one sig Store extends Redis { var complete: set Partition }
one sig Copy extends Redis {}

abstract sig Act {}
one sig TakesOver, OpensAgain, Assesses, Claims, Says, Saves, MovesOn, Opened, LedgerDecides, Ends, StoreForgets, StoreGoesBack, Rests extends Act {}
one sig Step { var act: one Act, var who: lone Owner, var what: lone Request }
pred step[a: Act, o: lone Owner, r: lone Request] { Step.act = a and Step.who = o and Step.what = r }

pred ledger_stays { end' = end and records' = records }
pred group_stays { committed' = committed and holder' = holder and overtaken' = overtaken }
pred commands_stay { stands' = stands and duplicate' = duplicate and late' = late }
pred copy_stays { Copy.snapshot_offset' = Copy.snapshot_offset and Copy.joined' = Copy.joined and Copy.upTo' = Copy.upTo and Copy.owned' = Copy.owned and Copy.whole' = Copy.whole }
pred copied { (assuming[no_copy_of_an_unreported_duplicate] implies no_duplicate_is_unreported) and Copy.snapshot_offset' = Store.snapshot_offset and Copy.joined' = Store.joined and Copy.upTo' = Store.upTo and Copy.owned' = Store.owned and Copy.whole' = Store.whole }
pred no_duplicate_is_unreported { all p: Partition | (at[p, Store.upTo[p].offset/prevs] & opening).subject in Store.joined + Commands.stands + Commands.duplicate }
pred states_stay { Store.snapshot_offset' = Store.snapshot_offset }
pred index_stays { Store.joined' = Store.joined and Store.upTo' = Store.upTo and Store.owned' = Store.owned and Store.whole' = Store.whole and complete' = complete }
pred stay[those: set Owner] { all o: those | o.position' = o.position and o.taken' = o.taken and o.says' = o.says }

/** Each partition has an owner, and unassessed requests. */
pred begins {
  all p: Partition {
    some Ledger.holder[p] and Ledger.holder[p].of = p and Ledger.holder[p].position = offset/first
    Ledger.committed[p] = offset/first
    Store.snapshot_offset[p] = offset/first and Store.upTo[p] = offset/first and Store.owned[p] = Ledger.holder[p]
    all q: Offset | some Ledger.records[p][q] <=> offset/lt[q, Ledger.end[p]]
    at[p, Offset] in opening & subject.stored_in.p
    all f: at[p, Offset] | one Ledger.records[p].f
  }
  no (Owner - Ledger.holder[Partition]).position and no taken and no says
  no Store.joined and Store.whole = Partition and Store.complete = Partition
  no Copy.snapshot_offset and no Copy.joined and no Copy.upTo and no Copy.owned and no Copy.whole
  no stands and no duplicate and no late and no overtaken
}

fun checkpoint_of[p: Partition]: Offset { some Store.snapshot_offset[p] => Store.snapshot_offset[p] else offset/first }
pred is_found[p: Partition] { p in Store.whole and some Store.upTo[p] and (with[index_with_state] implies offset/lte[checkpoint_of[p], Store.upTo[p]]) }
/** Derives states up to the committed offset and restores what the index has lost. */
pred opened[o: Owner] {
  let p = o.of, from = (is_found[p] => checkpoint_of[p] else offset/first), start = (is_found[p] => Store.upTo[p] else offset/first),
      to = (offset/gt[from, Ledger.committed[p]] => from else Ledger.committed[p]),
      derived = start.*offset/next & to.offset/prevs & from.*offset/next, uncommitted = to.*offset/next,
      restored = at[p, derived], beyond = at[p, uncommitted] {
    o.position' = to and no o.taken' and no o.says'
    Store.snapshot_offset' = Store.snapshot_offset ++ p -> to
    Store.owned' = Store.owned ++ p -> o and Ledger.overtaken' = Ledger.overtaken - o + (of.p - o)
    (is_found[p] and p in Store.complete and no derived) => {
      Store.joined' = Store.joined and Store.upTo' = Store.upTo and Store.whole' = Store.whole and complete' = complete
    } else {
      let undecided = ((restored + beyond) & opening).subject - ((restored + beyond) & (verification + closing)).subject {
        Store.joined' = Store.joined - (restored & closing).subject
          + ((restored & verification).subject - (restored & closing).subject) + (beyond & verification).subject + undecided & Commands.stands
        Store.upTo' = Store.upTo ++ p -> (offset/gt[start, to] => start else to)
        Store.whole' = Store.whole + p and Store.complete' = Store.complete + p
      }
    }
  }
  copy_stays or copied
  ledger_stays and commands_stay and stay[Owner - o]
}
pred takes_over[o: Owner] {
  o != Ledger.holder[o.of]
  step[TakesOver, o, none]
  opened[o]
  committed' = committed and Ledger.holder' = Ledger.holder ++ o.of -> o
}
pred is_complete[o: Owner] { Store.owned[o.of] = o and o.of in Store.complete and offset/gte[Store.upTo[o.of], o.position] }
pred has_to_open[o: Owner] { not is_complete[o] or Store.snapshot_offset[o.of] != o.position }
pred opens_again[o: Owner] {
  some o.position and has_to_open[o]
  step[OpensAgain, o, none]
  opened[o]
  committed' = committed and holder' = holder
}
pred may_claim[o: Owner] {
  is_complete[o]
  with[complete_index] implies Store.complete = Partition
}
pred index_has[o: Owner, those: set Request] {
  Store.joined' = those
  Store.upTo' = Store.upTo ++ o.of -> (offset/gt[Store.upTo[o.of], o.position] => Store.upTo[o.of] else o.position.offset/next)
  Store.owned' = Store.owned and Store.whole' = Store.whole and complete' = complete
}
fun standing[r: Request]: Standing { (with[claimed_payment] and r not in Store.joined and some Store.joined) => Duplicate else Stands }
pred claimed[o: Owner, r: Request] {
  may_claim[o] and no o.taken
  r = (Ledger.records[o.of][o.position] & opening).subject
  index_has[o, Store.joined + (some Store.joined => none else r)]
}
pred said[o: Owner, r: Request, s: Standing] {
  Commands.stands' = Commands.stands + ((s = Stands and r not in Commands.duplicate) => r else none)
  Commands.duplicate' = Commands.duplicate + ((s = Duplicate and r not in Commands.stands) => r else none)
  Commands.late' = Commands.late + ((o not in Ledger.overtaken or r in Commands.stands + Commands.duplicate) => none else r)
}
pred has_saved[o: Owner] {
  Store.snapshot_offset[o.of] = o.position
  Store.snapshot_offset' = Store.snapshot_offset ++ o.of -> o.position.offset/next
  o.position' = o.position.offset/next and no o.taken' and no o.says'
  copy_stays or copied
  holder' = holder and overtaken' = overtaken
  committed' = committed or (o = Ledger.holder[o.of] and Ledger.committed' = Ledger.committed ++ o.of -> o.position.offset/next)
  ledger_stays and stay[Owner - o]
}
pred claims[o: Owner] { some r: Request {
  step[Claims, o, r]
  claimed[o, r]
  o.taken' = o.position and o.says' = standing[r] and o.position' = o.position
  states_stay and copy_stays and ledger_stays and group_stays and commands_stay and stay[Owner - o]
} }
pred says[o: Owner] { some o.says and (some r: Ledger.records[o.of][o.position].subject {
  step[Says, o, r]
  said[o, r, o.says]
  no o.says' and o.taken' = o.taken and o.position' = o.position
  states_stay and index_stays and copy_stays and ledger_stays and group_stays and stay[Owner - o]
}) }
pred saves[o: Owner] {
  some o.taken and no o.says
  step[Saves, o, Ledger.records[o.of][o.position].subject]
  has_saved[o]
  index_stays and commands_stay
}
/** The same in one step, where no other step comes between. */
pred assesses[o: Owner] { some r: Request {
  step[Assesses, o, r]
  claimed[o, r] and said[o, r, standing[r]] and has_saved[o]
} }
/** A record without a claim: index and states advance separately, and either can be refused. */
pred moves_on[o: Owner] { some f: Ledger.records[o.of][o.position] - opening {
  no o.taken
  step[MovesOn, o, f.subject]
  has_saved[o]
  is_complete[o] => index_has[o, Store.joined - (f & closing).subject] else index_stays
  f in closing implies is_complete[o]
  commands_stay
} }

pred written[f: Fact] {
  let p = f.subject.stored_in {
    f not in at[p, Offset] and some Ledger.end[p].offset/next
    Ledger.end' = Ledger.end ++ p -> Ledger.end[p].offset/next
    records' = records + Ledger -> p -> Ledger.end[p] -> f
  }
  states_stay and index_stays and copy_stays and group_stays and commands_stay and stay[Owner]
}
pred is_in_ledger[f: Fact] { f in at[f.subject.stored_in, Offset] }
fun fact_of[r: Request, k: Kind]: Fact { subject.r & kind.k }
pred opens[r: Request] { step[Opened, none, r] and written[fact_of[r, RequestOpened]] }
pred ledger_decides[r: Request] {
  step[LedgerDecides, none, r]
  is_in_ledger[fact_of[r, RequestOpened]] and not is_in_ledger[fact_of[r, RequestVerified]] and not is_in_ledger[fact_of[r, RequestClosed]]
  r in Commands.stands + Commands.duplicate
  written[fact_of[r, (r in Commands.stands => RequestVerified else RequestClosed)]]
}
pred ends[r: Request] {
  step[Ends, none, r]
  is_in_ledger[fact_of[r, RequestVerified]]
  written[fact_of[r, RequestClosed]]
}
pred forgets {
  step[StoreForgets, none, none]
  no Store.snapshot_offset' and no Store.joined' and no Store.upTo' and no Store.owned' and no Store.whole' and no complete'
  no Copy.snapshot_offset' and no Copy.joined' and no Copy.upTo' and no Copy.owned' and no Copy.whole'
  ledger_stays and group_stays and commands_stay and stay[Owner]
}
/** Redis restarted from an older copy: its data is of another run. */
pred goes_back {
  step[StoreGoesBack, none, none]
  some Copy.snapshot_offset
  Store.snapshot_offset' = Copy.snapshot_offset and Store.joined' = Copy.joined and Store.upTo' = Copy.upTo and Store.owned' = Copy.owned and Store.whole' = Copy.whole and no complete'
  copy_stays
  ledger_stays and group_stays and commands_stay and stay[Owner]
}
pred rests {
  step[Rests, none, none]
  states_stay and index_stays and copy_stays and ledger_stays and group_stays and commands_stay and stay[Owner]
}
pred works[o: Owner] { opens_again[o] or assesses[o] or claims[o] or says[o] or saves[o] or moves_on[o] }
pred goes_on { rests or forgets or goes_back or (some r: Request | opens[r] or ledger_decides[r] or ends[r]) or (some o: Owner | takes_over[o] or works[o]) }

// Promises

fun open_for_payment: set Request { { r: Commands.stands | not is_in_ledger[fact_of[r, RequestClosed]] } }
/** Except for the assessment of an owner after whose claim another one opened the partition (ADR 12). */
pred one_open_per_payment { all disj r, s: open_for_payment | some (r + s) & Commands.late }
pred is_done { all p: Partition | Ledger.holder[p].position = Ledger.end[p] }
/** An idle owner checks each second that its part of the index exists. */
pred can_work[o: Owner] {
  has_to_open[o] or some o.taken or
    (o.position != Ledger.end[o.of] and (Ledger.records[o.of][o.position] in opening implies may_claim[o]))
}
/** Faults are over: only the holders work while they have work, in one step where no other step can come between. */
pred is_quiet {
  Step.act = Rests => (no o: Ledger.holder[Partition] | can_work[o])
    else some Step.who & Ledger.holder[Partition] and Step.act not in TakesOver + Claims
}

// Possible steps

pred two_stand_by_an_answer_that_came_late { not lone open_for_payment }
pred a_duplicate_is_reported { some Commands.duplicate }
pred the_index_is_restored_in_one_partition_only { some Store.complete and Store.complete != Partition }
pred an_answer_is_read_back { Step.act in OpensAgain + TakesOver and some Store.joined' - Store.joined and no at[Partition, Offset] & verification }
pred a_payment_is_released { once Step.act = Assesses and some Store.joined and after no Store.joined and Step.act = MovesOn }

// Inductive invariant

pred is_closed[r: Request] { is_in_ledger[fact_of[r, RequestClosed]] }
pred are_answered[p: Partition, offsets: set Offset] { (at[p, offsets] & opening).subject in Commands.stands + Commands.duplicate }
/** The index of a partition has every request that was assessed as open, except by late owners. */
pred index_is_right[p: Partition, joined: set Request] { all r: stored_in.p & Commands.stands - Commands.late | is_closed[r] or r in joined }
pred index_was_right[p: Partition, kept: Redis] {
  all r: (at[p, kept.upTo[p].offset/prevs] & opening).subject | r in kept.joined + Commands.duplicate + Commands.late or is_closed[r]
}
pred holds {
  all p: Partition {
    all q: Offset | some Ledger.records[p][q] <=> offset/lt[q, Ledger.end[p]]
    at[p, Offset].subject in stored_in.p
    all f: at[p, Offset] | one Ledger.records[p].f
    all f: at[p, Offset] - opening | fact_of[f.subject, RequestOpened] in at[p, (Ledger.records[p].f).offset/prevs]
    all f: at[p, Offset] & verification | f.subject in Commands.stands and f.subject not in (at[p, (Ledger.records[p].f).offset/prevs] & closing).subject
    all f: at[p, Offset] & closing | f.subject in Commands.duplicate or fact_of[f.subject, RequestVerified] in at[p, Offset]
    (stored_in.p & (Commands.stands + Commands.duplicate)) in (at[p, Offset] & opening).subject
    all q: Ledger.committed[p] + Store.snapshot_offset[p] + Copy.snapshot_offset[p] + (of.p).position | offset/lte[q, Ledger.end[p]] and are_answered[p, q.offset/prevs]
    all q: Store.upTo[p] + Copy.upTo[p] | offset/lte[q, Ledger.end[p]]
    some Ledger.holder[p] and Ledger.holder[p].of = p and some Ledger.holder[p].position
    Store.owned[p].of in p and Copy.owned[p].of in p
    p in Store.whole => some Store.upTo[p]
    p in Copy.whole => some Copy.upTo[p]
    p in Store.complete => p in Store.whole and index_is_right[p, Store.joined]
    all kept: Redis | p in kept.whole => some kept.owned[p]
    all kept: Copy + (p in Store.complete => none else Store) | p in kept.whole => index_was_right[p, kept]
  }
  no Commands.stands & Commands.duplicate and Commands.late in Commands.stands + Commands.duplicate
  all o: Owner | no o.position => no o.taken and no o.says else {
    o.taken in o.position
    some o.taken => some Ledger.records[o.of][o.position] & opening
    some o.says => some o.taken
    (some o.taken and no o.says) => Ledger.records[o.of][o.position].subject in Commands.stands + Commands.duplicate
  }
  all o: says.Stands - Ledger.overtaken, r: Ledger.records[o.of][o.position].subject | o.of in Store.complete => r in Store.joined or is_closed[r]
  all r: Copy.joined | r in Store.joined or is_closed[r]
  // At most one request is open among those in the index, those assessed as open, and those whose claim no other owner
  // followed.
  lone { r: Request - Commands.duplicate - Commands.late | not is_closed[r] and (r in Commands.stands + Store.joined or
    (some o: says.Stands - Ledger.overtaken | Ledger.records[o.of][o.position].subject = r)) }
}
