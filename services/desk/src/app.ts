import { join } from 'node:path'
import { topics } from '@holdfast/schemas'
import type { ServiceDefinition } from '@holdfast/service-kit'
import { getDeadLetters } from './dead-letters/get-dead-letters.ts'
import { followLedger, forgetAnotherLedger } from './follow-ledger.ts'
import { getAlerts } from './get-alerts.ts'
import { getCases } from './get-cases.ts'
import { getRequests } from './get-requests.ts'
import { getStream } from './get-stream.ts'
import { createPositionReader } from './known-position.ts'
import { createLiveFacts } from './live-facts.ts'
import { createOpenStreams, type OpenStreamLimits, openStreamLimits } from './open-streams.ts'
import { openViewFile } from './open-view-file.ts'
import { createPageTurns } from './page-turns.ts'
import { postCommands } from './post-commands.ts'
import { createRequestViews } from './request-view.ts'
import { createSealedPlaces } from './sealed-places.ts'

/** What investigation desks see and do: requests, histories, the live stream, commands. */
export const createDesk = (limits: OpenStreamLimits = openStreamLimits): ServiceDefinition => ({
  name: 'desk',
  defaultPort: 8081,
  async start(context) {
    const { streams, config, log, secret, clock } = context
    await streams.ensureTopics(Object.values(topics))
    const partitions = await streams.partitionCount(topics.ledger.name)
    const file = openViewFile(join(config.HOLDFAST_DATA, 'desk.sqlite'))
    const views = createRequestViews(file)
    await forgetAnotherLedger(streams, views, log)
    const places = createSealedPlaces(secret)
    const turns = createPageTurns()
    const live = createLiveFacts(places, partitions, { arrival: views.lastArrival(), position: views.end() })
    const followed = await followLedger(streams, views, live, log)
    const open = createOpenStreams(limits, clock.now)
    const readPosition = createPositionReader(streams, views, places, partitions)
    getRequests(context, { views, turns, places })
    getCases(context, views, turns)
    getAlerts(context, { views, turns, places, partitions }, readPosition)
    getDeadLetters(context)
    postCommands(context, views, followed.arrivals)
    getStream(context, { views, live, turns, places, partitions }, readPosition, open)
    return {
      async stop() {
        open.stop()
        await followed.stop()
        await file.close()
      },
    }
  },
})

export const desk = createDesk()
