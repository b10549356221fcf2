import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { readLines } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { withKeys } from './with-keys.ts'

const after = `
Run it before the services are started, and put the master keys in their place before that: an engine with keys and without them does not start.
The list of tombstones must be newer than the copy: take the newest that there is, of the store that was lost. What it names stays destroyed, whatever the copy has; what it does not name comes back with the copy. Both files are read and checked to
their ends before anything is written.
Adds what is not there, and changes and destroys no key but those of the list. One that was cut off is said again. Requests that are newer than the copy have lost their keys, and their words with them.

Example:
  holdfast keys restore keys-2026-11-25.jsonl --tombstones tombstones-2026-11-26.jsonl
`

export const keysRestoreCommand = (terminal: Terminal): Command =>
  new Command('restore')
    .description('add the keys of a copy that are not there, but for those that were destroyed')
    .argument('<file>', 'a copy that "holdfast keys backup" made')
    .requiredOption('--tombstones <file>', 'the newest list that "holdfast keys tombstones" made')
    .addHelpText('after', after)
    .action(async (file: string, { tombstones }: { tombstones: string }) => {
      const { checkKeyLines } = await import('@holdfast/sealing')
      await checked(tombstones, () => checkKeyLines('tombstones', linesOf(tombstones, terminal), tombstones))
      await checked(file, () => checkKeyLines('keys', linesOf(file, terminal), file))
      const { restored, masterKeysPath } = await withKeys(
        terminal,
        async ({ ring, store, masterKeysPath }) => {
          // No service starts in between, and what is missing afterwards is known to be.
          await store.mark('restored', 'under way')
          const restored = await ring.restore(linesOf(file, terminal), linesOf(tombstones, terminal))
          await store.mark('restored', terminal.now().toISOString())
          return { restored, masterKeysPath }
        },
        { makes: true },
      )
      const { requestKeys, countryKeys, destructions } = restored
      await terminal.write(
        `keys of requests: ${requestKeys}, keys of countries: ${countryKeys}, destructions in the copy and the list: ${destructions}\nWhat was not there is there now, but for the keys of requests that were destroyed.\n`,
      )
      if (!existsSync(masterKeysPath))
        terminal.tell(
          `There are no master keys in ${masterKeysPath}: put back those that have wrapped these keys before the engine is started`,
        )
    })

async function checked(file: string, check: () => Promise<void>): Promise<void> {
  const isFile = await stat(file)
    .then(stats => stats.isFile())
    .catch(() => true)
  if (file === '-' || !isFile) throw new Failure(`${file} is no file: it is read twice, once to check it`)
  try {
    await check()
  } catch (error) {
    if ((error as Error).name !== 'KeyLinesError') throw error
    throw new Failure(`${(error as Error).message}: nothing was written`)
  }
}

/** Empty ones between others too, so that a line has the number that an editor gives it. */
async function* linesOf(file: string, terminal: Terminal): AsyncGenerator<string> {
  let next = 1
  for await (const lines of readLines(file, terminal))
    for (const { number, text } of lines) {
      for (; next < number; next++) yield ''
      yield text
      next++
    }
}
