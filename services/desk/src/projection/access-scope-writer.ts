import { type RequestSummary, serializeSummary } from '@holdfast/lifecycle'
import type { Audience, RequestView } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { type AccessScope, audiencesOf, fullAccessAudiences } from '../access/access-level.ts'
import { accessScopeOf, ancestorsMax, ancestorsOf, viewWithAccess } from '../access/access-scope.ts'
import type { CountryRowWriter } from '../lists/country-rows.ts'
import type { AccessWriter, WrittenFact } from './access-writer.ts'
import { selectViewOfCountry } from './projection-tables.ts'

/** A request that is to stand in the view as it stands now. */
interface Changed {
  /** Before the batch; undefined where it opened the request. */
  readonly before: RequestSummary | undefined
  readonly standing: RequestSummary
  /** Where its opening lies in the ledger; of no meaning where there was one before. */
  readonly number: number
  /** Its facts of the batch. */
  readonly taken: readonly WrittenFact[]
}

/** Writes how requests stand, for all who see them: to be called within a write. */
export interface AccessScopeWriter {
  /** With each batch. @param inBatch how a request stands that the batch has reached; undefined of any other. */
  begin(inBatch: (requestId: string) => RequestSummary | undefined): void
  /** Who sees all of a request that stands so now. */
  wholeFor(standing: RequestSummary): ReadonlySet<Audience>
  /** Once with each request that the batch has changed. Where others than before see it, others may see what follows its money too: its children are noted, and written by `writeChildren`. */
  save(changed: Changed): void
  /** Whether children are noted. */
  childrenLeft(): boolean
  /** Writes some of the children that are noted: to be called within a write of its own, until none are left. */
  writeChildren(): void
}

/** Anybody can name any request as the parent of thousands of his own: one write takes so many of them. */
const childrenAtOnce = 50

/** A request whose children are to be written, those behind a place. */
interface Noted {
  readonly requestId: string
  readonly country: string
  /** How many generations below it are to be written. */
  readonly generations: number
  readonly openedMs: number
  readonly number: number
}
interface Child {
  readonly requestId: string
  readonly openedMs: number
  readonly number: number
}
const fromTheFirst = { openedMs: -1, number: -1 }

interface Parts {
  readonly sides: CountryRowWriter
  readonly sight: AccessWriter
  standingOf(requestId: string): RequestSummary | undefined
}

export function createAccessScopeWriter(file: SqliteFile, { sides, sight, standingOf }: Parts): AccessScopeWriter {
  const upsert = file.prepare(
    `INSERT INTO requests (request_id, standing, view) VALUES (?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET standing = excluded.standing, view = excluded.view`,
  )
  const readView = file.prepare(selectViewOfCountry)
  const readChildren = file.prepare<Child>(
    `SELECT request_id AS requestId, opened_ms AS openedMs, number FROM sides
     WHERE country = ? AND parent = ? AND (opened_ms, number) > (?, ?) ORDER BY opened_ms, number LIMIT ?`,
  )
  const readNoted = file.prepare<Noted>(
    `SELECT request_id AS requestId, country, generations, opened_ms AS openedMs, number FROM children_left
     WHERE request_id > '' ORDER BY request_id LIMIT 1`,
  )
  const noteChildren = file.prepare(
    `INSERT INTO children_left (request_id, country, generations, opened_ms, number) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET generations = excluded.generations, opened_ms = excluded.opened_ms, number = excluded.number
       WHERE excluded.generations >= children_left.generations`,
  )
  const moveOn = file.prepare('UPDATE children_left SET opened_ms = ?, number = ? WHERE request_id = ?')
  const noteNone = file.prepare('DELETE FROM children_left WHERE request_id = ?')
  let inBatch: (requestId: string) => RequestSummary | undefined = () => undefined

  const guardNow = (standing: RequestSummary): AccessScope =>
    accessScopeOf(
      standing,
      ancestorsOf(standing, requestId => inBatch(requestId) ?? standingOf(requestId)),
    )
  /** As its rows were written by it: what has changed of its case since, they do not say. */
  const guardBefore = (before: RequestSummary): AccessScope =>
    before.parent === null
      ? accessScopeOf(before, [])
      : (JSON.parse((readView.get(before.requestingCountry, before.requestId) as { view: string }).view) as RequestView)

  function write({ before, standing, number, taken }: Changed): { readonly was: AccessScope | undefined; readonly is: AccessScope } {
    const was = before && guardBefore(before)
    const is = guardNow(standing)
    upsert.run(standing.requestId, serializeSummary(standing), JSON.stringify(viewWithAccess(standing, is)))
    sides.save({ before, standing, number, was: was ? audiencesOf(was) : [], is: audiencesOf(is) })
    sight.keep(standing, { before: was && fullAccessAudiences(was), now: fullAccessAudiences(is) }, taken)
    return { was, is }
  }

  /** A request sees ten ancestors: what changes for one concerns ten generations, also where members call their requests parents in a circle. */
  function note({ requestId, requestingCountry }: RequestSummary, generations: number): void {
    const { openedMs, number } = fromTheFirst
    if (generations > 0 && readChildren.get(requestingCountry, requestId, openedMs, number, 1))
      noteChildren.run(requestId, requestingCountry, generations, openedMs, number)
  }

  function writeChildren(): void {
    inBatch = () => undefined
    for (let left = childrenAtOnce; left > 0; ) {
      const noted = readNoted.get()
      if (!noted) return
      const { requestId, country, generations, openedMs, number } = noted
      const children = readChildren.all(country, requestId, openedMs, number, left)
      const last = children.at(-1)
      if (last && children.length === left) moveOn.run(last.openedMs, last.number, requestId)
      else noteNone.run(requestId)
      for (const child of children) {
        const standing = standingOf(child.requestId)
        if (!standing) continue
        write({ before: standing, standing, number: 0, taken: [] })
        note(standing, generations - 1)
      }
      left -= children.length
    }
  }

  return {
    begin(ofBatch) {
      inBatch = ofBatch
    },
    wholeFor: standing => new Set(fullAccessAudiences(guardNow(standing))),
    save(changed) {
      const { before, standing } = changed
      const { was, is } = write(changed)
      if (!isSame(was, is) || JSON.stringify(before?.deniedTo ?? []) !== JSON.stringify(standing.deniedTo)) note(standing, ancestorsMax)
    },
    childrenLeft: () => readNoted.get() !== undefined,
    writeChildren,
  }
}

/** Whether the same see the same of a request. */
const isSame = (was: AccessScope | undefined, is: AccessScope): boolean =>
  was?.keptFromAddressee === is.keptFromAddressee && JSON.stringify(was?.sharedWith) === JSON.stringify(is.sharedWith)
