import { Readable } from 'node:stream'
import type { WorkEvent } from '@holdfast/schemas'
import { callerOf, type ServiceContext, sendRefusal } from '@holdfast/service-kit'
import { openInParts } from './opened-work.ts'
import type { WorkWorld } from './work-world.ts'

const linesAtOnce = 200

/** `GET /v1/work-log`: the chain of the caller's country as it is now, an event a line, its words in their places, for `holdfast verify --work`. */
export function getWorkLog({ http }: ServiceContext, { turns, work, desks, sealing: words }: WorkWorld): void {
  async function opened(lines: readonly string[]): Promise<readonly string[]> {
    if (!words) return lines
    const stored = lines.map(line => JSON.parse(line) as WorkEvent)
    const events = await openInParts(words, stored)
    return lines.map((line, index) => (events[index] === stored[index] ? line : JSON.stringify(events[index])))
  }

  async function* linesOf(country: string): AsyncGenerator<string> {
    const { sequence: last } = work.readSoFar(country)
    for (let after = 0; after < last; ) {
      const lines = await turns.take(country, () => work.log(country, after, Math.min(linesAtOnce, last - after)))
      if (lines.length === 0) throw new Error('the work log of a country was read anew meanwhile')
      after += lines.length
      yield (await opened(lines)).map(line => `${line}\n`).join('')
    }
  }

  http.get('/v1/work-log', async (request, reply) => {
    const caller = callerOf(request)
    const entered = await desks.enter(caller)
    if (!entered.ok) return sendRefusal(reply, entered.error)
    return reply.type('application/x-ndjson').send(Readable.from(linesOf(caller.country)))
  })
}
