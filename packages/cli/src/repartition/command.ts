import { jsonLine, type RefusingError } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { Failure, type Terminal } from '../terminal.ts'
import type { RepartitionReport } from './repartition.ts'

interface CommandOptions {
  readonly partitions: number
  readonly preview?: boolean
  readonly json?: boolean
}

const partitionsMax = 256

function parsePartitions(text: string): number {
  const partitions = Number(text)
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= partitionsMax) return partitions
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${partitionsMax}.`)
}

const after = `
For operators. Run it where the services run, with their settings (HOLDFAST_KAFKA_BROKERS, HOLDFAST_REDIS_URL, HOLDFAST_DATA, HOLDFAST_LEDGER_NUMBER, ...), while
none of them runs. For each workflow, it writes a new ledger next to the old one, with every fact byte for byte, and with the commands that are not decided yet. Then it reads the new
ledger back. If every history is intact, the new ledger goes into use: set HOLDFAST_LEDGER_NUMBER to its number. No service reads the old one any more. After an
interruption the old ledger stays in use: run it again. See docs/operate/repartition.md.

Examples:
  holdfast repartition --partitions 8 --preview    reads and verifies everything, writes nothing
  holdfast repartition --partitions 8
`

/** `holdfast repartition`: changes the number of ledger partitions. */
export const repartitionCommand = (terminal: Terminal): Command =>
  new Command('repartition')
    .description('change the number of ledger partitions (operators; stop the engine first)')
    .requiredOption('--partitions <count>', 'the new number of partitions', parsePartitions)
    .option('--preview', 'read and verify everything, and write nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', after)
    .action(async ({ partitions, preview: isPreview = false, json = false }: CommandOptions) => {
      // These modules take half a second to load, and no other command needs them.
      const [kit, { survey }, { preview, repartition }] = await Promise.all([
        import('@holdfast/runtime'),
        import('./survey.ts'),
        import('./repartition.ts'),
      ])
      const config = kit.readConfig(kit.baseConfigSchema, terminal.settings.environment, { readsPersonalData: false })
      if (!config.ok) throw new Failure(config.error)
      const drivers = await opened(() =>
        kit.createDrivers({ ...config.value, HOLDFAST_LEDGER_NUMBER: 1 }, 'repartition', { now: terminal.now }, kit.silentLogger),
      )
      try {
        const { streams: raw } = drivers
        const found = await survey(raw, config.value.HOLDFAST_LEDGER_NUMBER, terminal.now)
        const options = { raw, claims: drivers.claims, partitions, now: terminal.now, onProgress: terminal.showProgress }
        const report = await (isPreview ? preview(found, options) : repartition(found, options))
        terminal.showProgress(undefined)
        await terminal.write(json ? jsonLine({ ...report, preview: isPreview }) : describe(report, isPreview))
      } catch (error) {
        throw asFailure(error)
      } finally {
        await drivers.close()
      }
    })

/** A running engine locks the file, or it cannot be read. */
async function opened<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    throw new Failure(`${(error as Error).message}; stop the engine first`)
  }
}

/** The error classes are loaded on demand too, so the code is compared. */
const isAway = (error: Error & Partial<RefusingError>): boolean => error.refusalCode === 'UNAVAILABLE'

const asFailure = (error: unknown): unknown =>
  error instanceof Error && isAway(error) ? new Failure(`${error.message}; the old ledger stays in use. Run this again`) : error

function describe(
  { from, to, partitions, requests, facts, dropped, commands, undispatched }: RepartitionReport,
  isPreview: boolean,
): string {
  const what = [
    `${requests} requests with ${facts} facts, every chain intact${dropped > 0 ? `; ${dropped} records that change nothing` : ''}`,
    `${commands} commands that are not decided yet, ${undispatched} facts that dispatch has not processed`,
  ]
  const done = isPreview
    ? [`Ledger ${from} with ${partitions.before} partitions would be replaced by ledger ${to} with ${partitions.after}:`, ...what]
    : [
        `Ledger ${from} with ${partitions.before} partitions is replaced by ledger ${to} with ${partitions.after}:`,
        ...what,
        `Set HOLDFAST_LEDGER_NUMBER=${to} for every service, and start them.`,
      ]
  return `${done.join('\n')}\n`
}
