import { desk } from '@holdfast/desk'
import { dispatch } from '@holdfast/dispatch'
import { intake } from '@holdfast/intake'
import { createLedger, type LedgerOptions } from '@holdfast/ledger'
import type { Running, ServiceDefinition } from '@holdfast/service-kit'
import { validation } from '@holdfast/validation'

/** Every service in one process, on one port: they share the backends and talk over the same topics as they would apart. */
export const createStandalone = (options: LedgerOptions = {}): ServiceDefinition => ({
  name: 'standalone',
  defaultPort: 8080,
  checkFiles: dispatch.checkFiles,
  async start(context) {
    const started: Running[] = []
    const stop = async () => {
      // Doors first, the writer last.
      for (const service of started.reverse()) await service.stop()
    }
    try {
      for (const service of [createLedger(options), validation, dispatch, desk, intake])
        started.push(await service.start({ ...context, log: context.log.child({ part: service.name }) }))
    } catch (error) {
      await stop()
      throw error
    }
    return { stop }
  },
})

export const standalone = createStandalone()
