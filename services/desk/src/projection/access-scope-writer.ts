import type { BasicSummary } from '@holdfast/core'
import type { Audience, RequestView } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { type AccessScope, audiencesOf, fullAccessAudiences } from '../access/access-level.ts'
import { accessScopeOf, ancestorsMax, ancestorsOf } from '../access/access-scope.ts'
import type { CountryRowWriter } from '../lists/country-rows.ts'
import type { AccessWriter, WrittenFact } from './access-writer.ts'
import type { ProjectedWorkflow } from './projected-workflows.ts'
import { selectViewOfCountry } from './projection-tables.ts'

/** A request as the projection has it. */
export interface StandingRequest {
  readonly workflow: ProjectedWorkflow['workflow']
  readonly summary: BasicSummary
}

/** A request to be written with its current summary. */
interface Changed extends StandingRequest {
  /** Before the batch; undefined where it opened the request. */
  readonly before: BasicSummary | undefined
  /** The ledger position of its opening. Unused if the request existed before the batch. */
  readonly number: number
  /** Its facts in this batch. */
  readonly taken: readonly WrittenFact[]
}

/** Writes the summaries of requests for all member roles with access. To be called within a write. */
export interface AccessScopeWriter {
  /**
   * To be called with each batch. @param inBatch the summary of a request that the batch has reached; undefined for any
   * other.
   */
  begin(inBatch: (requestId: string) => BasicSummary | undefined): void
  /** The member roles with full access to a request. */
  wholeFor(standing: StandingRequest): ReadonlySet<Audience>
  /**
   * To be called once for each request that the batch has changed. If its access changes, access to its onward requests
   * can change too: their parent is noted for `writeChildren`.
   */
  save(changed: Changed): void
  /** Whether a request with unwritten children is noted. */
  childrenLeft(): boolean
  /** Writes some of the noted children. To be called in a write of its own until none are left. */
  writeChildren(): void
}

/** Any member can name a request as the parent of thousands of its own requests. This limits one write. */
const childrenAtOnce = 50

/** A request whose children after this position are still to be written. */
interface Noted {
  readonly requestId: string
  readonly country: string
  /** How many generations below it are still to be written. */
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
  readonly countryRows: CountryRowWriter
  readonly access: AccessWriter
  standingOf(requestId: string): StandingRequest | undefined
}

export function createAccessScopeWriter(file: SqliteFile, { countryRows, access, standingOf }: Parts): AccessScopeWriter {
  const upsert = file.prepare(
    `INSERT INTO requests (request_id, workflow, summary, view) VALUES (?, ?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET summary = excluded.summary, view = excluded.view`,
  )
  const readView = file.prepare(selectViewOfCountry)
  const readChildren = file.prepare<Child>(
    `SELECT request_id AS requestId, opened_ms AS openedMs, number FROM country_rows
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
  let inBatch: (requestId: string) => BasicSummary | undefined = () => undefined

  const scopeNow = ({ workflow: { views }, summary }: StandingRequest): AccessScope =>
    accessScopeOf(
      summary,
      views.partiesOf(summary),
      ancestorsOf(summary, requestId => inBatch(requestId) ?? standingOf(requestId)?.summary),
    )
  /** The access scope that its rows were written with. Later changes of its case are not in them. */
  const scopeBefore = ({ views: { partiesOf } }: StandingRequest['workflow'], before: BasicSummary): AccessScope =>
    before.parent === null
      ? accessScopeOf(before, partiesOf(before), [])
      : { parties: partiesOf(before), ...sharedIn((readView.get(before.requestingCountry, before.requestId) as { view: string }).view) }

  function write({ workflow, before, summary, number, taken }: Changed): {
    readonly was: AccessScope | undefined
    readonly is: AccessScope
  } {
    const { name, views } = workflow
    const was = before && scopeBefore(workflow, before)
    const is = scopeNow({ workflow, summary })
    upsert.run(
      summary.requestId,
      name,
      JSON.stringify(summary),
      JSON.stringify(views.viewOf({ ...summary, sharedWith: is.sharedWith ?? [] })),
    )
    countryRows.save({ views, before, summary, number, was: was ? audiencesOf(was) : [], is: audiencesOf(is) })
    access.keep(views, summary, { before: was && fullAccessAudiences(was), now: fullAccessAudiences(is) }, taken)
    return { was, is }
  }

  /**
   * Access depends on at most ten ancestors, so a change concerns ten generations. The limit also ends a circle of
   * parents.
   */
  function noteParent({ requestId, requestingCountry }: BasicSummary, generations: number): void {
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
        write({ ...standing, before: standing.summary, number: 0, taken: [] })
        noteParent(standing.summary, generations - 1)
      }
      left -= children.length
    }
  }

  return {
    begin(ofBatch) {
      inBatch = ofBatch
    },
    wholeFor: standing => new Set(fullAccessAudiences(scopeNow(standing))),
    save(changed) {
      const { before, summary } = changed
      const { was, is } = write(changed)
      if (!isSame(was, is) || JSON.stringify(before?.deniedTo ?? []) !== JSON.stringify(summary.deniedTo)) noteParent(summary, ancestorsMax)
    },
    childrenLeft: () => readNoted.get() !== undefined,
    writeChildren,
  }
}

/** Whether both scopes give the same member roles the same access. */
const isSame = (was: AccessScope | undefined, is: AccessScope): boolean => JSON.stringify(was) === JSON.stringify(is)

/** The shares in a stored view. */
function sharedIn(view: string): Pick<AccessScope, 'sharedWith'> {
  const { sharedWith } = JSON.parse(view) as Pick<RequestView, 'sharedWith'>
  return sharedWith ? { sharedWith } : {}
}
