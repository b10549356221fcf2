import { setTimeout as pause } from 'node:timers/promises'
import { jsonLine, type ProjectionStatus } from '@holdfast/schemas'
import { Command } from 'commander'
import type { Terminal } from '../terminal.ts'
import { connectOperator, type OperatorOptions, valueOrPrint, withOperator } from './operator.ts'

const after = `
The view is what a desk lists, counts and searches; it is made of the ledger alone. A new one is made beside the one in use and takes its place once it has come as far: who works at the desk hardly
notices, and open streams come again by themselves. Where several desks run, this is about the one that answers.

For who runs the engine, as "holdfast parked" is.

Examples:
  holdfast rebuild-view
  holdfast rebuild-view --status
`

const lookMs = 500

/** `holdfast rebuild-view`: has a desk make its view from nothing, and says how far it is. */
export const rebuildProjectionCommand = (terminal: Terminal): Command =>
  withOperator(new Command('rebuild-view'))
    .description('have a desk make its view from nothing, beside the one in use')
    .option('--status', 'say how far the view has come, and do nothing')
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
  const inUse = `The view has ${number(facts)} facts and is ${behind === 0 ? 'up with the ledger' : `${number(behind)} records behind the ledger`}.\n`
  return building
    ? `A new view is being made: ${partOf(view)} %, ${number(building.read)} of ${number(building.records)} records.\n`
    : inUse
}
