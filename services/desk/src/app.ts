import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { getDeadLetters } from './dead-letters/get-dead-letters.ts'
import { followLedger } from './follow-ledger.ts'
import { getAlerts } from './get-alerts.ts'
import { getCases } from './get-cases.ts'
import { getRequests } from './get-requests.ts'
import { getStream } from './get-stream.ts'
import { openViewFile } from './open-view-file.ts'
import { postCommands } from './post-commands.ts'
import { createRequestViews } from './request-view.ts'

/** What investigation desks see and do: requests, histories, the live stream, commands. */
export const desk: ServiceDefinition = {
  name: 'desk',
  defaultPort: 8081,
  async start(context) {
    const { streams, config, log } = context
    await streams.ensureTopics(Object.values(topics))
    const file = openViewFile(join(config.HOLDFAST_DATA, 'desk.sqlite'))
    const views = createRequestViews(file)
    const followed = await followLedger(streams, views, log)
    const stopping = new AbortController()
    getRequests(context, views)
    getCases(context, views)
    getAlerts(context, views)
    getDeadLetters(context)
    postCommands(context, views, followed.arrivals)
    getStream(context, views, followed.arrivals, await streams.partitionCount(topics.ledger.name), stopping.signal)
    return {
      async stop() {
        stopping.abort()
        await followed.stop()
        await file.close()
      },
    }
  },
}
