import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { openSqlite } from '@holdfast/sqlite'
import { followLedger } from './follow-ledger.ts'
import { getRequests } from './get-requests.ts'
import { getStream } from './get-stream.ts'
import { postCommands } from './post-commands.ts'
import { createRequestViews } from './request-view.ts'

/** What investigation desks see and do: requests, histories, the live stream, commands. */
export const desk: ServiceDefinition = {
  name: 'desk',
  defaultPort: 8081,
  async start(context) {
    const { streams, config, log } = context
    await streams.ensureTopics(Object.values(topics))
    // The view can be folded again, so it needs no fsync.
    const file = openSqlite(join(config.HOLDFAST_DATA, 'desk.sqlite'), { durable: false })
    const views = createRequestViews(file)
    const followed = await followLedger(streams, views, log)
    const stopping = new AbortController()
    getRequests(context, views)
    postCommands(context, views, followed.arrivals)
    getStream(context, views, followed.arrivals, stopping.signal)
    return {
      async stop() {
        stopping.abort()
        await followed.stop()
        await file.close()
      },
    }
  },
}
