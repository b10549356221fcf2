import { configSchemaWithPort, createDrivers, createLog, startService, systemClock } from '@holdfast/service-kit'
import { standalone } from '@holdfast/standalone'
import { ensureDevelopmentMembers } from '@holdfast/trust'
import { countRecords, createBankTokens, observe } from './institution.ts'
import { serveLoadProcess, tellSeen, tellStarted } from './program-side.ts'
import { loadOfOneMember } from './target.ts'

// The embedded engine as the bench runs it: `services/standalone` and the institutions in one process, because the file has one owner. The
// institution's work counts as the engine's, which is to our disadvantage.

const [folder, institutions, words] = process.argv.slice(2)
const config = configSchemaWithPort(0).parse({ ...loadOfOneMember, HOLDFAST_DATA: folder, HOLDFAST_WORDS: words })
const log = createLog('standalone', config.HOLDFAST_LOG_LEVEL)
ensureDevelopmentMembers(config.HOLDFAST_DATA)
const drivers = await createDrivers(config, 'standalone', systemClock, log)
const service = await startService(standalone, config, { log, drivers })
const tokenOf = createBankTokens(config.HOLDFAST_DATA)
const observer = {
  ordered: (requestId: string, atMs: number) => tellSeen('ordered', requestId, atMs),
  recovered: (requestId: string, atMs: number) => tellSeen('recovered', requestId, atMs),
}
const observation = await observe(drivers.streams, tokenOf, observer, { answering: institutions !== 'silent' })
serveLoadProcess({
  count: () => countRecords(drivers.streams),
  async stop() {
    await observation.stop()
    await service.stop()
    await drivers.close()
  },
})
tellStarted(service.url)
