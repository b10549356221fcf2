import { memberRolePrefixOf, type ParkedBodyOf, type Refusal, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { parkedEventIn } from './parked-event.ts'

/**
 * The most commands that are held for one request and member role. The engine's own commands have no limit: each occurs
 * once.
 */
export const heldPerMemberRoleMax = 200

/** The refusal of a command beyond the quota. */
export const heldFull: Refusal = {
  code: 'HELD_FULL',
  message: `The engine cannot process this request now, and it holds ${heldPerMemberRoleMax} commands of this country and role for it already. This command was not accepted. Send it again later.`,
  retryAfterMs: 60_000,
}

/** Records further apart than this are read one by one. */
const gapMax = 100

/** A command that arrived for a parked request. */
export type HeldCommand = ParkedBodyOf<'held'>['record'] & {
  /** When the command was held, by the time of the log, in milliseconds since 1970. */
  readonly timestampMs: number
}

/** The commands that are held for one request: their offsets in the topic, and their number for each member role. */
export interface HeldCommands {
  readonly size: number
  has(commandId: string): boolean
  /** In the order of their arrival. */
  offsets(): readonly number[]
  hasQuota(actor: string): boolean
  /** Counts each command once: a repeat is the same command. */
  add(commandId: string, offset: number, memberRole: string | undefined): void
  copy(): HeldCommands
  /** Only the commands after an offset. */
  behind(offset: number): HeldCommands
}

interface Held {
  readonly offset: number
  readonly memberRole: string | undefined
}

export function createHeldCommands(commands: Iterable<readonly [string, Held]> = []): HeldCommands {
  const heldOf = new Map<string, Held>()
  const countOf = new Map<string, number>()
  function add(commandId: string, offset: number, memberRole: string | undefined): void {
    if (!heldOf.has(commandId) && memberRole !== undefined) countOf.set(memberRole, (countOf.get(memberRole) ?? 0) + 1)
    heldOf.set(commandId, { offset, memberRole })
  }
  for (const [commandId, { offset, memberRole }] of commands) add(commandId, offset, memberRole)
  return {
    get size() {
      return heldOf.size
    },
    has: commandId => heldOf.has(commandId),
    offsets: () => [...heldOf.values()].map(({ offset }) => offset),
    hasQuota(actor) {
      const memberRole = memberRoleOf(actor)
      return memberRole === undefined || (countOf.get(memberRole) ?? 0) < heldPerMemberRoleMax
    },
    add,
    copy: () => createHeldCommands(heldOf),
    behind: offset => createHeldCommands([...heldOf].filter(([, held]) => held.offset > offset)),
  }
}

/**
 * Returns the member role whose quota a command uses, such as `TL/institution`; undefined for the engine's own
 * commands.
 */
export function memberRoleOf(actor: string): string | undefined {
  const memberRole = memberRolePrefixOf(actor).slice(0, -1)
  return memberRole.startsWith('holdfast/') ? undefined : memberRole
}

/**
 * Reads held commands at these offsets of `freeze.parked`, in their order. Reads offsets that are close together at
 * once.
 */
export async function readHeld(streams: Pick<Streams, 'read'>, offsets: readonly number[]): Promise<HeldCommand[]> {
  const found: HeldCommand[] = []
  for (const run of runsOf(offsets)) {
    const wanted = new Set(run)
    const [from, last] = [run[0] ?? 0, run.at(-1) ?? 0]
    for await (const records of streams.read(topics.parked.name, 0, from, last + 1))
      for (const record of records) if (wanted.has(record.offset)) found.push(...heldIn(record))
  }
  return found
}

function heldIn({ value, timestampMs }: StreamRecord): HeldCommand[] {
  const event = parkedEventIn(value)
  return event?.data.what === 'held' ? [{ ...event.data.record, timestampMs }] : []
}

function runsOf(offsets: readonly number[]): number[][] {
  const runs: number[][] = []
  for (const offset of offsets) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last !== undefined && offset > last && offset - last <= gapMax) run.push(offset)
    else runs.push([offset])
  }
  return runs
}
