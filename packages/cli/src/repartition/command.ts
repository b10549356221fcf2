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
Run it where the services run, with their settings (HOLDFAST_KAFKA_BROKERS, HOLDFAST_REDIS_URL, HOLDFAST_DATA, HOLDFAST_LEDGER_NUMBER, ...), while none of them runs. It writes a new ledger beside
the old one: every fact byte for byte, and commands that are not decided yet. It is put in use only after it was read back and every history was found whole; then the old one is read by no
service any more, and HOLDFAST_LEDGER_NUMBER is to be set to the new one. A run that breaks off leaves the old ledger in use: say it again. docs/operating.md says more.

Examples:
  holdfast repartition --partitions 8 --preview    reads and checks all, writes nothing
  holdfast repartition --partitions 8
`

/** `holdfast repartition`: makes a ledger with another count of partitions. */
export const repartitionCommand = (terminal: Terminal): Command =>
  new Command('repartition')
    .description('make the ledger anew with another count of partitions; for who runs the engine, while it is stopped')
    .requiredOption('--partitions <count>', 'how many the new ledger is to have', parsePartitions)
    .option('--preview', 'read and check everything, and write nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', after)
    .action(async ({ partitions, preview: isPreview = false, json = false }: CommandOptions) => {
      // The engine's own parts take half a second to load, and no other command needs them.
      const [kit, { survey }, { preview, repartition }] = await Promise.all([
        import('@holdfast/runtime'),
        import('./survey.ts'),
        import('./repartition.ts'),
      ])
      const config = kit.readConfig(kit.baseConfigSchema, terminal.settings.environment, { readsWords: false })
      if (!config.ok) throw new Failure(config.error)
      const drivers = await opened(() =>
        kit.createDrivers({ ...config.value, HOLDFAST_LEDGER_NUMBER: 1 }, 'repartition', { now: terminal.now }, kit.silentLogger),
      )
      try {
        const { streams: raw, openPayments } = drivers
        const found = await survey(raw, config.value.HOLDFAST_LEDGER_NUMBER, terminal.now)
        const options = { raw, openPayments, partitions, now: terminal.now, onProgress: terminal.showProgress }
        const report = await (isPreview ? preview(found, options) : repartition(found, options))
        terminal.showProgress(undefined)
        await terminal.write(json ? jsonLine({ ...report, preview: isPreview }) : wordsOf(report, isPreview))
      } catch (error) {
        throw asFailure(error)
      } finally {
        await drivers.close()
      }
    })

/** The file is held by an engine that runs, or can't be read. */
async function opened<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    throw new Failure(`${(error as Error).message}; stop the engine first`)
  }
}

/** What these commands stand on is loaded as they run, and so are the classes of its errors. */
const isAway = (error: Error & Partial<RefusingError>): boolean => error.refusalCode === 'UNAVAILABLE'

const asFailure = (error: unknown): unknown =>
  error instanceof Error && isAway(error) ? new Failure(`${error.message}; nothing was put in use, say this again`) : error

function wordsOf(
  { from, to, partitions, requests, facts, dropped, commands, undispatched }: RepartitionReport,
  isPreview: boolean,
): string {
  const what = [
    `${requests} requests with ${facts} facts, every chain whole${dropped > 0 ? `; ${dropped} records that change nothing` : ''}`,
    `${commands} commands that are not decided yet, ${undispatched} facts that dispatch has not worked on`,
  ]
  const done = isPreview
    ? [`Ledger ${from} with ${partitions.before} partitions would go on as ledger ${to} with ${partitions.after}:`, ...what]
    : [
        `Ledger ${from} with ${partitions.before} partitions goes on as ledger ${to} with ${partitions.after}:`,
        ...what,
        `Set HOLDFAST_LEDGER_NUMBER=${to} for every service, and start them.`,
      ]
  return `${done.join('\n')}\n`
}
