import { paymentStop } from '@holdfast/payment-stop'
import { startParking } from '@holdfast/request-state'
import { createDeadLetters, silentLogger, systemClock } from '@holdfast/runtime'
import type { SqliteFile } from '@holdfast/sqlite'
import type { Streams } from '@holdfast/streams'
import { createEngineSecret } from '@holdfast/trust'
import { createCursorCodec } from '../src/cursors/cursor-codec.ts'
import { beginning } from '../src/cursors/stream-position.ts'
import { type FollowedLedger, followLedger } from '../src/ledger-consumer/follow-ledger.ts'
import { joinLedgers } from '../src/ledgers/joined-ledgers.ts'
import { paymentStopDesk } from '../src/payment-stops/payment-stop-desk.ts'
import { createDataDecrypter } from '../src/personal-data/data-decrypter.ts'
import { createRequestProjection, type RequestProjection } from '../src/projection/request-projection.ts'
import { createLiveFacts } from '../src/stream/live-facts.ts'
import { createOpenStreams, openStreamLimits } from '../src/stream/open-streams.ts'
import { testWords } from './encryption.ts'
import { paymentStopsOnly } from './one-workflow.ts'
import { testSecret } from './secret.ts'

export interface UpdatedProjection {
  readonly views: RequestProjection
  readonly followed: FollowedLedger
  stop(): Promise<void>
}

/** A projection in a file that follows a ledger as a desk does. */
export async function updateProjection(streams: Streams, file: SqliteFile, parkingStreams = streams): Promise<UpdatedProjection> {
  const views = createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
  const parking = await startParking({ streams: parkingStreams, clock: systemClock, log: silentLogger }, paymentStop, 'desk')
  const followed = await followLedger({
    ledgers: await joinLedgers(streams, [paymentStopDesk]),
    streams,
    views,
    live: createLiveFacts(
      createCursorCodec(createEngineSecret(Buffer.alloc(32, 1))),
      1,
      { arrival: 0, position: beginning },
      createDataDecrypter(testWords),
    ),
    open: createOpenStreams(openStreamLimits, systemClock.now),
    deadLetters: createDeadLetters(streams, 'desk', systemClock, silentLogger),
    openParking: parking.open,
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
