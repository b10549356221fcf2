import { startParking } from '@holdfast/folds'
import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import type { SqliteFile } from '@holdfast/sqlite'
import type { Streams } from '@holdfast/streams'
import { createEngineSecret } from '@holdfast/trust'
import { createSealedPlaces } from '../src/cursors/sealed-places.ts'
import { beginning } from '../src/cursors/stream-position.ts'
import { type FollowedLedger, followLedger } from '../src/following/follow-ledger.ts'
import { createRequestViews, type RequestViews } from '../src/projection/request-view.ts'
import { createLiveFacts } from '../src/stream/live-facts.ts'
import { createOpenStreams, openStreamLimits } from '../src/stream/open-streams.ts'
import { createOpenedWords } from '../src/words/opened-words.ts'
import { testWords } from './sealing.ts'
import { testSecret } from './secret.ts'

export interface FollowedViews {
  readonly views: RequestViews
  readonly followed: FollowedLedger
  stop(): Promise<void>
}

/** The views of a desk in a file, kept up with a ledger as a desk does. */
export async function followViews(streams: Streams, file: SqliteFile, parkingStreams = streams): Promise<FollowedViews> {
  const views = createRequestViews(file, testSecret, testWords)
  const parking = await startParking({ streams: parkingStreams, clock: systemClock, log: silentLogger }, 'desk')
  const followed = await followLedger({
    streams,
    views,
    live: createLiveFacts(
      createSealedPlaces(createEngineSecret(Buffer.alloc(32, 1))),
      1,
      { arrival: 0, position: beginning },
      createOpenedWords(testWords),
    ),
    open: createOpenStreams(openStreamLimits, systemClock.now),
    deadLetters: createDeadLetters(streams, 'desk', systemClock, silentLogger),
    parking,
    clock: systemClock,
    log: silentLogger,
  })
  return {
    views,
    followed,
    async stop() {
      await followed.stop()
      await parking.stop()
    },
  }
}
