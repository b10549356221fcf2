/**
 * Requests parked at the ledger's owner because its code throws on a command: services/ledger/src/own-partition.ts and
 * packages/request-state/src/partition-parking.ts. One owner follows the other; ledger.als covers concurrent owners.
 */
module parking
open engine
open util/ordering[Command] as topic

sig Request {}
abstract sig Kind {}
one sig OpenRequest, ReportFreeze, Withdraw extends Kind {}
/** Commands in topic order. Those of a request begin with its opening and end with its end. */
sig Command { request: one Request, kind: one Kind }
fact { all r: Request | let said = request.r {
  one said & kind.OpenRequest and no (said & kind.OpenRequest).topic/prevs & said
  one said & kind.Withdraw and no (said & kind.Withdraw).topic/nexts & said
} }

one sig Ledger { var applied: set Command }
/** The owner: its next command, the committed offset, and the held commands of a request that it has retried. */
one sig Owner { var takes: lone Command, var committed: lone Command, var tried: set Command }
/** freeze.parked: the parked requests and their held commands. */
one sig Parking { var parked: set Request, var behind: set Command }
/** The commands on which the code throws. */
one sig Code { var throws: set Command }

abstract sig Act {}
one sig Decides, Passes, Parks, Holds, Redrives, Unparks, Repaired, Successor, Rests extends Act {}
one sig Step { var act: one Act, var what: lone Command, var of: lone Request }
pred step[a: Act, c: lone Command, r: lone Request] { Step.act = a and Step.what = c and Step.of = r }

pred owner_stays { takes' = takes and committed' = committed and tried' = tried }
pred parking_stays { parked' = parked and behind' = behind }

pred begins {
  no applied and Owner.takes = topic/first and Owner.committed = topic/first and no tried
  no parked and no behind
}
fun state_of[r: Request]: set Command { Ledger.applied & request.r }
pred is_legal[c: Command] { let state = state_of[c.request] | c.kind = OpenRequest => no state else some state and Withdraw not in state.kind }
pred adds[c: Command] { c not in Ledger.applied and is_legal[c] }
pred moves_on { Owner.takes' = Owner.takes.topic/next and (committed' = committed or Owner.committed' = Owner.takes.topic/next) and tried' = tried }
pred is_held_back[c: Command] { c.request in Parking.parked and with[parked_order] }

/** A retry waits for the end of the current batch, and the next batch waits for the retry. */
pred may_take[c: Command] { c = Owner.takes and no Owner.tried }
pred decides[c: Command] {
  may_take[c] and not is_held_back[c] and c not in Code.throws and adds[c]
  step[Decides, c, c.request]
  Ledger.applied' = Ledger.applied + c
  moves_on and parking_stays and throws' = throws
}
pred passes[c: Command] {
  may_take[c] and not is_held_back[c] and c not in Code.throws and not adds[c]
  step[Passes, c, c.request]
  applied' = applied
  moves_on and parking_stays and throws' = throws
}
pred holds_back[c: Command] {
  may_take[c] and (is_held_back[c] or c in Code.throws)
  step[(is_held_back[c] => Holds else Parks), c, c.request]
  Parking.parked' = Parking.parked + c.request and Parking.behind' = Parking.behind + c
  applied' = applied
  moves_on and throws' = throws
}
fun left[r: Request]: set Command { (Parking.behind & request.r) - Owner.tried }
/** Held commands are decided in order; where the code throws again, the request stays parked. */
pred redrives[r: Request] { some c: topic/min[left[r]] {
  r in Parking.parked and Owner.tried.request in r and c not in Code.throws
  step[Redrives, c, r]
  Ledger.applied' = Ledger.applied + (adds[c] => c else none)
  Owner.tried' = Owner.tried + c and takes' = takes and committed' = committed
  parking_stays and throws' = throws
} }
pred unparks[r: Request] {
  r in Parking.parked and no left[r]
  step[Unparks, none, r]
  Parking.parked' = Parking.parked - r and Parking.behind' = Parking.behind - request.r
  no tried' and takes' = takes and committed' = committed
  applied' = applied and throws' = throws
}
pred is_repaired {
  step[Repaired, none, none]
  some throws and no throws'
  applied' = applied
  owner_stays and parking_stays
}
/** It starts at the committed offset: commands that it reads again are in the history or held. */
pred successor {
  step[Successor, none, none]
  Owner.takes' = Owner.committed and committed' = committed and no tried'
  applied' = applied and throws' = throws
  parking_stays
}
pred rests {
  step[Rests, none, none]
  applied' = applied and throws' = throws
  owner_stays and parking_stays
}
pred works { (some c: Command | decides[c] or passes[c] or holds_back[c]) or (some r: Request | redrives[r] or unparks[r]) }
pred goes_on { rests or is_repaired or successor or works }

// Promises

pred decided_in_order { all c: Ledger.applied | c.topic/prevs & request.(c.request) in Ledger.applied }
pred ended { all r: Request | Withdraw in state_of[r].kind }
/** The code is repaired, and the owner does all its work. */
pred can_work { some Owner.takes or some Parking.parked }
pred is_quiet { no Code.throws and (Step.act = Rests => not can_work else works) }

// Possible steps

pred a_parked_request_goes_on { Step.act = Unparks and Withdraw in Parking.behind.kind }
pred another_request_goes_on_meanwhile { Step.act = Decides and some Parking.parked }
pred a_command_comes_again { Step.act = Passes and Step.what in Ledger.applied }

// Inductive invariant

pred is_accounted_for[commands: set Command] { commands in Ledger.applied + Parking.behind }
pred holds {
  decided_in_order
  is_accounted_for[some Owner.takes => Owner.takes.topic/prevs else Command]
  is_accounted_for[some Owner.committed => Owner.committed.topic/prevs else Command]
  Parking.behind.request in Parking.parked and Parking.parked in Parking.behind.request
  all c: Parking.behind | c.topic/prevs & request.(c.request) in Ledger.applied + Parking.behind
  Owner.tried in Parking.behind & Ledger.applied and lone Owner.tried.request
}
