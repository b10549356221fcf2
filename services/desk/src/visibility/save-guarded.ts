import { type RequestStanding, serializeStanding } from '@holdfast/lifecycle'
import type { Audience, RequestView } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SideWriter } from '../lists/save-sides.ts'
import { selectViewOfCountry } from '../view/view-tables.ts'
import { ancestorsOf, guardedOf, guardedView } from './guarded.ts'
import type { SightKeeper, WrittenFact } from './keep-sight.ts'
import { audiencesOf, type Guarded, wholeFor } from './may-see.ts'

/** A request that is to stand in the view as it stands now. */
interface Changed {
  /** Before the batch; undefined where it opened the request. */
  readonly before: RequestStanding | undefined
  readonly standing: RequestStanding
  /** Where its opening lies in the ledger; of no meaning where there was one before. */
  readonly number: number
  /** Its facts of the batch. */
  readonly taken: readonly WrittenFact[]
}

/** Writes how requests stand, for all who see them: to be called within a write. */
export interface GuardedWriter {
  /** With each batch. @param inBatch how a request stands that the batch has reached; undefined of any other. */
  begin(inBatch: (requestId: string) => RequestStanding | undefined): void
  /** Who sees all of a request that stands so now. */
  wholeFor(standing: RequestStanding): ReadonlySet<Audience>
  /** Once with each request that the batch has changed. Where others than before see it, so may others see what follows its money: those requests are written too. */
  save(changed: Changed): void
}

interface Parts {
  readonly sides: SideWriter
  readonly sight: SightKeeper
  standingOf(requestId: string): RequestStanding | undefined
}

export function createGuardedWriter(file: SqliteFile, { sides, sight, standingOf }: Parts): GuardedWriter {
  const upsert = file.prepare(
    `INSERT INTO requests (request_id, standing, view) VALUES (?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET standing = excluded.standing, view = excluded.view`,
  )
  const readView = file.prepare(selectViewOfCountry)
  const readFollowing = file.prepare('SELECT request_id AS requestId FROM sides WHERE country = ? AND parent = ?')
  let inBatch: (requestId: string) => RequestStanding | undefined = () => undefined
  /** Of this batch: members may call each other's requests, and their own, parents in a circle. */
  const saved = new Set<string>()

  const guardNow = (standing: RequestStanding): Guarded =>
    guardedOf(
      standing,
      ancestorsOf(standing, requestId => inBatch(requestId) ?? standingOf(requestId)),
    )
  /** As its rows were written by it: what has changed of its case since, they do not say. */
  const guardBefore = (before: RequestStanding): Guarded =>
    before.parent === null
      ? guardedOf(before, [])
      : (JSON.parse((readView.get(before.requestingCountry, before.requestId) as { view: string }).view) as RequestView)

  function save({ before, standing, number, taken }: Changed): void {
    saved.add(standing.requestId)
    const was = before && guardBefore(before)
    const is = guardNow(standing)
    upsert.run(standing.requestId, serializeStanding(standing), JSON.stringify(guardedView(standing, is)))
    sides.save({ before, standing, number, was: was ? audiencesOf(was) : [], is: audiencesOf(is) })
    sight.keep(standing, { before: was && wholeFor(was), now: wholeFor(is) }, taken)
    if (!isSame(was, is) || JSON.stringify(before?.deniedTo ?? []) !== JSON.stringify(standing.deniedTo)) saveFollowing(standing)
  }

  /** All that follows the money of a request, however far: what is of the batch is looked at by itself. */
  function saveFollowing({ requestId, requestingCountry }: RequestStanding): void {
    for (const { requestId: id } of readFollowing.all(requestingCountry, requestId) as { requestId: string }[]) {
      const standing = inBatch(id) || saved.has(id) ? undefined : standingOf(id)
      if (!standing) continue
      save({ before: standing, standing, number: 0, taken: [] })
      saveFollowing(standing)
    }
  }

  return {
    begin(ofBatch) {
      inBatch = ofBatch
      saved.clear()
    },
    wholeFor: standing => new Set(wholeFor(guardNow(standing))),
    save,
  }
}

/** Whether the same see the same of a request. */
const isSame = (was: Guarded | undefined, is: Guarded): boolean =>
  was?.keptFromAddressee === is.keptFromAddressee && JSON.stringify(was?.sharedWith) === JSON.stringify(is.sharedWith)
