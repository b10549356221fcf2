import { configSchemaWithPort, createDrivers, createLog, startService, systemClock } from '@holdfast/service-kit'
import { standalone } from '@holdfast/standalone'
import { developmentToken, ensureDevelopmentMembers } from '@holdfast/trust'
import { beneficiaryCountry, countRecords, observe } from './institution.ts'
import { loadOfOneMember, type StreamCounts } from './target.ts'

// The embedded engine as the bench runs it: `services/standalone` and the institutions in one process, because the file has one owner. The
// institution's work counts as the engine's, which is to our disadvantage. What it sees goes to the load process over Node's channel.

/** From the engine to the load process. */
export type EngineMessage =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'seen'; readonly ordered: Seen; readonly recovered: Seen }
  | { readonly kind: 'counts'; readonly counts: StreamCounts }

/** Ids and when each was seen. */
type Seen = [requestId: string, atMs: number][]

/** From the load process to the engine. */
export type EngineRequest = 'count' | 'stop'

const tell = (message: EngineMessage): void => void process.send?.(message)

let ordered: Seen = []
let recovered: Seen = []
let telling = false

/** One message for what a turn of the event loop saw: a message for each would be work that no engine has. */
function note(list: 'ordered' | 'recovered', requestId: string, atMs: number): void {
  if (list === 'ordered') ordered.push([requestId, atMs])
  else recovered.push([requestId, atMs])
  if (telling) return
  telling = true
  setImmediate(() => {
    telling = false
    tell({ kind: 'seen', ordered, recovered })
    ordered = []
    recovered = []
  })
}

const config = configSchemaWithPort(0).parse({ ...loadOfOneMember, HOLDFAST_DATA: process.argv[2] })
const log = createLog('standalone', config.HOLDFAST_LOG_LEVEL)
ensureDevelopmentMembers(config.HOLDFAST_DATA)
const drivers = createDrivers(config, 'standalone', systemClock, log)
const service = await startService(standalone, config, { log, drivers })
const tokenOf = (person: string) => developmentToken(config.HOLDFAST_DATA, { country: beneficiaryCountry, role: 'institution', person })
const tokens = { first: await tokenOf('first'), second: await tokenOf('second') }
const observation = await observe(drivers.streams, async person => tokens[person], {
  ordered: (requestId, atMs) => note('ordered', requestId, atMs),
  recovered: (requestId, atMs) => note('recovered', requestId, atMs),
})

process.on('message', async (asked: EngineRequest) => {
  if (asked === 'count') return tell({ kind: 'counts', counts: await countRecords(drivers.streams) })
  await observation.stop()
  await service.stop()
  await drivers.close()
  process.exit(0)
})
// The load process is gone: nobody will ever stop this one.
process.on('disconnect', () => process.exit(1))
tell({ kind: 'started', url: service.url })
