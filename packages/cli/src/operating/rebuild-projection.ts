import { setTimeout as pause } from 'node:timers/promises'
import { jsonLine, type ProjectionStatus } from '@holdfast/schemas'
import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { connectOperator, type OperatorOptions, valueOrPrint, withOperator } from './operator.ts'

const after = `
The projection is what a desk lists, counts and searches. It is derived from the ledger alone. The new one is built while the current one stays in use, and
replaces it when it has caught up. Officers can go on working, and open streams reconnect. If several desks run, this concerns the one that answers.

For operators, like "holdfast parked".

Examples:
  holdfast rebuild-view
  holdfast rebuild-view --status
`

const lookMs = 500

/** `holdfast rebuild-view`: rebuilds the projection of a desk, and shows the progress. */
export const rebuildProjectionCommand = (terminal: Terminal): Command =>
  withOperator(new Command('rebuild-view'))
    .description('rebuild the projection of a desk; the current one stays in use meanwhile (operators)')
    .option('--status', 'show the progress, and do nothing')
    .addHelpText('after', after)
    .action(async ({ status, ...options }: OperatorOptions & { status?: boolean }) => {
      const client = connectOperator(options, terminal)
      const say = (view: ProjectionStatus) => terminal.write(options.json ? jsonLine(view) : describeView(view))
      const begun = await valueOrPrint(terminal, status ? client.view() : client.rebuildView())
      if (!begun) return
      await say(begun)
      for (let view: ProjectionStatus | undefined = begun; !status && view?.building; ) {
        await pause(lookMs)
        const before: ProjectionStatus = view
        view = await valueOrPrint(terminal, client.view())
        if (view && (!view.building || partOf(view) !== partOf(before))) await say(view)
      }
    })

const partOf = ({ building }: ProjectionStatus): number =>
  building ? Math.floor((100 * building.read) / Math.max(1, building.records)) : 100

const number = (count: number): string => count.toLocaleString('en')

function describeView(view: ProjectionStatus): string {
  const { behind, facts, building } = view
  const inUse = `The projection has ${number(facts)} facts and is ${behind === 0 ? 'up to date with the ledger' : `${number(behind)} records behind the ledger`}.\n`
  return building
    ? `A new projection is being built: ${partOf(view)} %, ${number(building.read)} of ${number(building.records)} records.\n`
    : inUse
}
