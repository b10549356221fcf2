import { consequenceIdOf } from '../ids.ts'
import { chainStart, type Fact } from '../requests/facts.ts'
import type { RefusedCommand } from './refused-commands.ts'

/** Where the records of a request stand for who reads the ledger: its last fact, and what was refused beside it. */
export interface Position {
  readonly sequence: number
  readonly hash: string
  readonly refusals: RefusedBefore
}

export interface RefusedBefore {
  /** The commands that were refused, oldest first. */
  readonly commands: readonly string[]
}

/** Whether a command is on record as refused. */
export const wasRefused = ({ commands }: RefusedBefore, commandId: string): boolean => commands.includes(commandId)

/**
 * The rule by which every reader, in log order, accepts a fact or drops it: it must be the next one and be built on the last accepted one, and its command may not be one that is on record as refused.
 * A writer that lost its partition and wakes up late adds facts that fail this, so it can never change a history.
 * The hash matters beside the number: without it a late writer's second fact could follow another's first. The command matters as a refusal is in no chain: two owners may decide by other profiles, and the first word
 * on a command is the one that its sender was told.
 */
export const isNext = (last: Position | undefined, fact: Pick<Fact, 'sequence' | 'prevhash' | 'causationid'>): boolean =>
  last === undefined
    ? fact.sequence === 1 && fact.prevhash === chainStart
    : fact.sequence === last.sequence + 1 && fact.prevhash === last.hash && !wasRefused(last.refusals, fact.causationid)

/** The same for a refused command: it was decided on the history as it stands here, and is built on the last refusal of it. */
export function isNextRefusal(
  last: Pick<Position, 'hash' | 'refusals'> | undefined,
  { subject, afterhash, afterrefusal, number, causationid }: RefusedCommand,
): boolean {
  if (!last || afterhash !== last.hash) return false
  const { commands } = last.refusals
  return number === commands.length + 1 && afterrefusal === lastRefusalOf(subject, commands) && !wasRefused(last.refusals, causationid)
}

/** Where a request stands after a fact; undefined where the rule drops it. */
export const positionAfter = (
  last: Position | undefined,
  fact: Pick<Fact, 'sequence' | 'hash' | 'prevhash' | 'causationid'>,
): Position | undefined =>
  isNext(last, fact) ? { sequence: fact.sequence, hash: fact.hash, refusals: last?.refusals ?? { commands: [] } } : undefined

/** The same after a refused command. */
export const positionAfterRefusal = (last: Position | undefined, refused: RefusedCommand): Position | undefined =>
  last && isNextRefusal(last, refused)
    ? { sequence: last.sequence, hash: last.hash, refusals: { commands: [...last.refusals.commands, refused.causationid] } }
    : undefined

/** The id of the last of these refusals. */
export function lastRefusalOf(requestId: string, commands: readonly string[]): string | undefined {
  const command = commands.at(-1)
  return command === undefined ? undefined : refusalIdOf(requestId, command)
}

export const refusalIdOf = (requestId: string, commandId: string): string => consequenceIdOf('refusal', requestId, commandId)
