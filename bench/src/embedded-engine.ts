import { createLog } from '@holdfast/runtime'
import { standalone } from '@holdfast/standalone'
import { loadOfOneMember } from '@holdfast/test-kit/engine'
import { startInProcess } from '@holdfast/test-kit/in-process-engine'
import { countRecords, observe } from './institution.ts'
import { reportSeen, reportStarted, serveLoadProcess } from './program-side.ts'

// The embedded engine of the benchmark: `services/standalone` and the institutions in one process, because the file has
// one owner. The institutions' work counts as the engine's, to our disadvantage.

const [folder = '', institutions] = process.argv.slice(2)
const engine = await startInProcess(standalone, {
  folder,
  env: loadOfOneMember,
  log: createLog('standalone', 'info'),
})
const observer = {
  ordered: (requestId: string, atMs: number) => reportSeen('ordered', requestId, atMs),
  recovered: (requestId: string, atMs: number) => reportSeen('recovered', requestId, atMs),
}
const observation = await observe(engine, observer, { answering: institutions !== 'silent' })
serveLoadProcess({
  count: () => countRecords(engine.streams),
  async stop() {
    await observation.stop()
    await engine.stop()
  },
})
reportStarted(engine.url)
