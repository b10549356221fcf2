import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { readLines } from '../input.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { withKeys } from './with-keys.ts'

const after = `
Run it before the services start, and put the master keys in place before that: an engine with keys and without master keys does not start.
The list of tombstones must be newer than the copy: use the newest list of the lost store. The keys on it stay destroyed; all other keys of the copy come
back. Both files are read and checked completely before anything is written.
Adds missing keys. It changes and destroys no keys except those on the list. After an interruption, run it again. Requests that are newer than the copy have
lost their keys and with them their personal data.

Example:
  holdfast keys restore keys-2026-11-25.jsonl --tombstones tombstones-2026-11-26.jsonl
`

export const keysRestoreCommand = (terminal: Terminal): Command =>
  new Command('restore')
    .description('add the missing keys of a copy, except destroyed ones')
    .argument('<file>', 'a copy that "holdfast keys backup" made')
    .requiredOption('--tombstones <file>', 'the newest list that "holdfast keys tombstones" made')
    .addHelpText('after', after)
    .action(async (file: string, { tombstones }: { tombstones: string }) => {
      const { checkKeyLines } = await import('@holdfast/encryption')
      await checked(tombstones, () => checkKeyLines('tombstones', linesOf(tombstones, terminal), tombstones))
      await checked(file, () => checkKeyLines('keys', linesOf(file, terminal), file))
      const { restored, masterKeysPath } = await withKeys(
        terminal,
        async ({ ring, store, masterKeysPath }) => {
          // No service starts meanwhile, and missing keys are known to be missing afterwards.
          await store.setMetadata('restored', 'under way')
          const restored = await ring.restore(linesOf(file, terminal), linesOf(tombstones, terminal))
          await store.setMetadata('restored', terminal.now().toISOString())
          return { restored, masterKeysPath }
        },
        { makes: true },
      )
      const { requestKeys, countryKeys, destructions } = restored
      await terminal.write(
        `keys of requests: ${requestKeys}, keys of countries: ${countryKeys}, destructions in the copy and the list: ${destructions}\nAll missing keys were added, except those that were destroyed.\n`,
      )
      if (!existsSync(masterKeysPath))
        terminal.tell(
          `${masterKeysPath} has no master keys. Put back the master keys that encrypted these keys before you start the engine`,
        )
    })

async function checked(file: string, check: () => Promise<void>): Promise<void> {
  const isFile = await stat(file)
    .then(stats => stats.isFile())
    .catch(() => true)
  if (file === '-' || !isFile) throw new Failure(`${file} is not a file. It must be one, because it is read twice`)
  try {
    await check()
  } catch (error) {
    if ((error as Error).name !== 'KeyLinesError') throw error
    throw new Failure(`${(error as Error).message}: nothing was written`)
  }
}

/** Yields empty lines too, so that line numbers are those of an editor. */
async function* linesOf(file: string, terminal: Terminal): AsyncGenerator<string> {
  let next = 1
  for await (const lines of readLines(file, terminal))
    for (const { number, text } of lines) {
      for (; next < number; next++) yield ''
      yield text
      next++
    }
}
