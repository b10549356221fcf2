import { Readable } from 'node:stream'
import { callerOf, sendRefusal } from '@holdfast/http'
import type { WorkEvent } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { readsUntil } from '../stream/open-streams.ts'
import { decryptInParts } from './decrypted-work.ts'
import type { WorkWorld } from './work-world.ts'

const linesAtOnce = 200

/**
 * `GET /v1/work-log`: the chain of the caller's country, one event a line in plaintext, for `holdfast verify --work`.
 * Cut when the caller's token ends or its key is revoked: verification detects the cut.
 */
export function getWorkLog({ http, clock, members, endedSessions }: ServiceContext, world: WorkWorld): void {
  http.get('/v1/work-log', async (request, reply) => {
    const caller = callerOf(request)
    const entered = await world.desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    const until = readsUntil(caller.tokenEndsAt, clock.now())
    const mayRead = (): boolean =>
      clock.now() < until &&
      members.stillSpeaks(caller, clock.now()) &&
      !(caller.sessionId !== undefined && endedSessions.has(caller.sessionId))
    return reply.type('application/x-ndjson').send(Readable.from(workLog(world, caller.country, mayRead)))
  })
}

/** Reads some lines at a time. Throws when the caller may read no more. */
export async function* workLog(
  { turns, work, workCipher }: Pick<WorkWorld, 'turns' | 'work' | 'workCipher'>,
  country: string,
  mayRead: () => boolean,
): AsyncGenerator<string> {
  async function decryptLines(lines: readonly string[]): Promise<readonly string[]> {
    const stored = lines.map(line => JSON.parse(line) as WorkEvent)
    const events = await decryptInParts(workCipher, stored)
    return lines.map((line, index) => (events[index] === stored[index] ? line : JSON.stringify(events[index])))
  }

  const { sequence: last } = work.readSoFar(country)
  for (let after = 0; after < last; ) {
    if (!mayRead()) throw new Error("The caller's access to the work log ended during the export")
    const lines = await turns.take(country, () => work.log(country, after, Math.min(linesAtOnce, last - after)))
    if (lines.length === 0) throw new Error('The work log was read again during the export')
    after += lines.length
    yield (await decryptLines(lines)).map(line => `${line}\n`).join('')
  }
}
